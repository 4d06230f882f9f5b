-- The admin API: who may ask, who did what, and the indexes of its searches.
CREATE TABLE admin_tokens (
    id text PRIMARY KEY,                -- the open part of a token, by which it is found
    name text NOT NULL,
    role text NOT NULL CONSTRAINT admin_tokens_role CHECK (role IN ('viewer', 'operator')),
    secret_hash bytea NOT NULL,         -- SHA-256 of the secret part, which is 256 random bits
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE UNIQUE INDEX admin_tokens_name_once ON admin_tokens (name) WHERE revoked_at IS NULL;

CREATE TABLE admin_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    request_id text NOT NULL CONSTRAINT admin_audit_request_once UNIQUE, -- made by the client; sent again, it gets the first result
    request_digest bytea NOT NULL,      -- of action and body, so that another request under the same id is noticed
    actor text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    reason text NOT NULL,
    status integer,                     -- of the answer; null while it runs
    result json
);

UPDATE orders SET created_at = COALESCE(created_at, updated_at, now()), updated_at = COALESCE(updated_at, created_at, now())
WHERE created_at IS NULL OR updated_at IS NULL;
ALTER TABLE orders ALTER COLUMN created_at SET NOT NULL, ALTER COLUMN updated_at SET NOT NULL;

-- The tail: ids become visible out of order, (transaction, id) below the oldest open transaction does not (design §3).
CREATE INDEX event_store_tail ON event_store (transaction_id, id);
CREATE INDEX event_store_type ON event_store (type, id);
CREATE INDEX orders_created ON orders (created_at, id);
CREATE INDEX orders_name ON orders (left(lower(name), 255)); -- what strangers write may be too long for an index
CREATE INDEX orders_email ON orders (left(lower(customer ->> 'email'), 255));
CREATE INDEX orders_placeholder ON orders (created_at) WHERE placeholder;
CREATE INDEX orders_unbooked ON orders (id) WHERE payment_status = 'paid' AND shipping_status = 'pending';
CREATE INDEX tracking_numbers_number ON tracking_numbers (tracking_number);
CREATE INDEX parked_events_event ON parked_events (event_id);

-- A replay run is a row with a cursor: whoever holds its lease goes on where the last one ended.
ALTER TABLE replay_runs
    ADD COLUMN state text NOT NULL DEFAULT 'done' CONSTRAINT replay_runs_state CHECK (state IN ('running', 'done', 'cancelled')),
    ADD COLUMN reason text NOT NULL DEFAULT '',
    ADD COLUMN re_send boolean NOT NULL DEFAULT false,
    ADD COLUMN rate double precision NOT NULL DEFAULT 100, -- events a second
    ADD COLUMN cursor_id bigint NOT NULL DEFAULT 0,        -- the last event that was done
    ADD COLUMN last_id bigint NOT NULL DEFAULT 0,          -- the newest event when it began: later ones are not part of it
    ADD COLUMN request_id text UNIQUE,                     -- of the request that began it: sent again, it is the same run
    ADD COLUMN owner text,
    ADD COLUMN lease_until timestamptz;
CREATE INDEX replay_runs_open ON replay_runs (id) WHERE state = 'running';

-- Every process says once a second that it lives; one silent for five seconds is shown as such.
CREATE TABLE service_instances (
    instance text PRIMARY KEY,
    host text NOT NULL,
    pid bigint NOT NULL,
    version text NOT NULL,
    roles text NOT NULL,
    started_at timestamptz NOT NULL,
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    stopped_at timestamptz,             -- it said goodbye
    counters json NOT NULL
) WITH (fillfactor = 50);

-- Each second for an hour, then each minute for two weeks, written by one process at a time.
CREATE TABLE queue_samples (
    at timestamptz NOT NULL,
    seconds smallint NOT NULL CONSTRAINT queue_samples_seconds CHECK (seconds IN (1, 60)), -- what one sample stands for
    queue text NOT NULL,
    waiting bigint NOT NULL,
    active bigint NOT NULL,
    delayed bigint NOT NULL,
    failed bigint NOT NULL,
    oldest_ms bigint NOT NULL,          -- age of the oldest job that waits
    PRIMARY KEY (seconds, queue, at)
);
