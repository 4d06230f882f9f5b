-- Stores a batch of events with their deliveries; a known (source, delivery_id) is left out of the answer. Of whom there is a tombstone
-- ($13 to $15: whom the webhooks speak of), nothing personal is stored.
WITH forgotten AS MATERIALIZED (
    SELECT DISTINCT t.n
    FROM unnest($13::int[], $14::bytea[], $15::timestamptz[]) AS t (n, hash, order_created_at)
    CROSS JOIN LATERAL (SELECT FROM tombstones s -- LIMIT: one by one through the key, whatever the planner thinks of the table's size
                        WHERE s.hash = t.hash AND (s.for_ever OR t.order_created_at IS NULL OR t.order_created_at < s.created_at) LIMIT 1) s
), input AS MATERIALIZED (
    SELECT nextval('event_store_id_seq') AS id, t.*, forgotten.n IS NOT NULL AS forgotten
    FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
                $9::smallint[], $10::bytea[], $11::text[], $12::bytea[])
        AS t (n, source, type, ref_id, payload, delivery_id, business_at, triggered_at, payment_rank, body_digest, headers, body)
    LEFT JOIN forgotten USING (n)
), inserted AS (
    INSERT INTO event_store (id, source, type, ref_id, payload, delivery_id, business_at, triggered_at, payment_rank, body_digest)
    SELECT id, source, type, ref_id,
           CASE WHEN forgotten THEN payload::jsonb - '{customer,shippingAddress,body}'::text[] ELSE payload::jsonb END,
           delivery_id, business_at, triggered_at, payment_rank, body_digest
    FROM input
    ON CONFLICT DO NOTHING
    RETURNING id, received_at
), delivered AS (
    INSERT INTO deliveries (event_id, headers, body)
    SELECT input.id, input.headers::json, CASE WHEN NOT input.forgotten THEN input.body END FROM input JOIN inserted USING (id)
)
SELECT input.n, input.id, inserted.received_at FROM input JOIN inserted USING (id)
