-- It is carried out: settled, and kept as a row of its own.
WITH settled AS (
    UPDATE event_store SET processed_at = now(), outcome = 'recorded', outcome_detail = $5::text WHERE id = $1::bigint AND processed_at IS NULL
)
INSERT INTO redactions (event_id, topic, shop_domain, requested_at, orders, events)
VALUES ($1::bigint, $2::text, $3::text, $4::timestamptz, $6::bigint, $7::bigint)
ON CONFLICT (event_id) DO NOTHING
