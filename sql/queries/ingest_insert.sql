-- Stores a batch of events with their deliveries; a known (source, delivery_id) is left out of the answer.
WITH input AS MATERIALIZED (
    SELECT nextval('event_store_id_seq') AS id, t.*
    FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
                $9::smallint[], $10::bytea[], $11::text[], $12::bytea[])
        AS t (n, source, type, ref_id, payload, delivery_id, business_at, triggered_at, payment_rank, body_digest, headers, body)
), inserted AS (
    INSERT INTO event_store (id, source, type, ref_id, payload, delivery_id, business_at, triggered_at, payment_rank, body_digest)
    SELECT id, source, type, ref_id, payload::jsonb, delivery_id, business_at, triggered_at, payment_rank, body_digest
    FROM input
    ON CONFLICT DO NOTHING
    RETURNING id, received_at
), delivered AS (
    INSERT INTO deliveries (event_id, headers, body)
    SELECT input.id, input.headers::json, input.body FROM input JOIN inserted USING (id)
)
SELECT input.n, input.id, inserted.received_at FROM input JOIN inserted USING (id)
