-- Chaos runs, and what tells their orders from those of shops. Orders of the run NAME come from the shop NAME.chaos.invalid (a
-- name that no shop can have, RFC 6761 §6.4), and their tracking numbers are NAME-<number>.
CREATE TABLE chaos_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    options json NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CONSTRAINT chaos_runs_state CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    requested_by text NOT NULL,
    reason text NOT NULL,
    request_id text NOT NULL UNIQUE,    -- of the request that began it: sent again, it is the same run
    instance text NOT NULL,             -- the process that carries it out
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    cancel_asked boolean NOT NULL DEFAULT false,
    progress json,                      -- the last that it said of itself
    verdict json,
    error text
);
CREATE INDEX chaos_runs_open ON chaos_runs (id) WHERE state IN ('waiting', 'running');

CREATE FUNCTION chaos_run_of_shop(shop text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN shop LIKE '%.chaos.invalid' THEN left(shop, -length('.chaos.invalid')) END
$$;
CREATE FUNCTION chaos_run_of_order(id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT chaos_run_of_shop(o.shop_domain) FROM orders o WHERE o.id = $1
$$;
-- Of an event; null: of no run. An effect belongs to the run of its order. (In two functions, so that this one is inlined.)
CREATE FUNCTION chaos_run_of(source text, delivery_id text, ref_id text, order_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE source
        WHEN 'shopify' THEN chaos_run_of_shop(split_part(delivery_id, ':', 1))
        WHEN 'courier' THEN substring(ref_id FROM '^(chaos-.+)-[0-9]+$')
        ELSE chaos_run_of_order(order_id) END
$$;
-- Whether a list that asks for a run (null: for none) holds this. A CASE, since the planner would take IS NULL of an expression for
-- rare and plan lists as if they had to be read to their end.
CREATE FUNCTION is_of_asked_run(run text, asked text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN run IS NOT DISTINCT FROM asked THEN true ELSE false END
$$;
