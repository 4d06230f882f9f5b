-- Deliveries, calls, parked events, tracking numbers, replay runs (design §5).
ALTER TABLE orders
    ADD COLUMN name text,
    ADD COLUMN shop_domain text,
    ADD COLUMN financial_status text,
    ADD COLUMN fulfillment_status text,
    ADD COLUMN version bigint NOT NULL DEFAULT 0;
-- Rows are written several times in their first second: room for versions on the same page, and no index on what changes, so
-- that a change stays a change of one page.
ALTER TABLE orders SET (fillfactor = 70);

CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id bigint NOT NULL,           -- the event it made, or the first event of a repeated delivery
    received_at timestamptz NOT NULL DEFAULT now(),
    repeated boolean NOT NULL DEFAULT false,
    headers json,                       -- [[name, value], …] as received
    body bytea                          -- raw bytes as received; null for a repeat, whose bytes are the first one's
);
CREATE INDEX deliveries_event ON deliveries (event_id);
-- Bodies of a few KB stay beside their row, not in a second table; compressed where the cheap kind is to be had, so that less
-- is written twice (log and table).
ALTER TABLE deliveries SET (toast_tuple_target = 4080, autovacuum_analyze_scale_factor = 0.05);
DO $$
BEGIN
    EXECUTE 'ALTER TABLE deliveries ALTER COLUMN body SET COMPRESSION lz4';
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value OR syntax_error THEN
    ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL; -- built without lz4: the old compression costs too much
END
$$;

CREATE TABLE tracking_numbers (
    courier text NOT NULL,
    tracking_number text NOT NULL,
    order_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (courier, tracking_number, order_id)
);

CREATE TABLE outbound_calls (
    event_id bigint PRIMARY KEY,        -- the effect event that the call carries out
    order_id uuid NOT NULL,
    idempotency_key text NOT NULL CONSTRAINT outbound_calls_key_once UNIQUE,
    path text NOT NULL,
    request_body text NOT NULL,         -- frozen at the first claim, sent again byte for byte
    owner text NOT NULL,
    lease_until timestamptz NOT NULL,
    attempt integer NOT NULL DEFAULT 1,
    state text NOT NULL CONSTRAINT outbound_calls_state CHECK (state IN ('intent', 'accepted', 'refused', 'unknown')),
    http_status integer,
    answer text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbound_calls_order ON outbound_calls (order_id);
CREATE INDEX outbound_calls_open ON outbound_calls (updated_at) WHERE state IN ('intent', 'unknown');
ALTER TABLE outbound_calls SET (fillfactor = 80);

CREATE TABLE parked_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id bigint NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    released_at timestamptz,
    released_by text,
    release_reason text
);
-- An event is parked once at a time.
CREATE UNIQUE INDEX parked_events_once ON parked_events (event_id) WHERE released_at IS NULL;

CREATE TABLE replay_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    selection json NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    requested_by text NOT NULL
);
CREATE TABLE replay_results (
    run_id bigint NOT NULL REFERENCES replay_runs (id),
    event_id bigint NOT NULL,
    action text NOT NULL,
    result text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, event_id)
);
