-- Decisions and answers as events; a key that is there already inserts nothing. settled: it needs no delivery.
-- Of a forgotten order, why a courier refused it is not kept: it may quote the address.
INSERT INTO event_store (source, type, ref_id, order_id, payload, body_digest, effect_key, processed_at, outcome, outcome_detail)
SELECT t.source, t.type, t.ref_id, t.order_id,
       CASE WHEN (SELECT f.event_id FROM forgotten_orders f WHERE f.order_id = t.order_id) IS NULL THEN t.payload::jsonb ELSE t.payload::jsonb - 'reason' END,
       t.body_digest, t.effect_key,
       CASE WHEN t.settled THEN now() END, CASE WHEN t.settled THEN 'recorded' END, CASE WHEN t.settled THEN 'the answer of a call' END
FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::bytea[], $7::text[], $8::bool[])
    AS t (source, type, ref_id, order_id, payload, body_digest, effect_key, settled)
ON CONFLICT DO NOTHING
RETURNING id, type, effect_key
