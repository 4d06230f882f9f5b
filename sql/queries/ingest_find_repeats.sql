-- The first events of known deliveries; a statement of its own, so that it sees what other processes just committed.
SELECT t.n, e.id, e.source, e.type, e.ref_id, e.order_id, e.payload::text AS payload, e.received_at, e.processed_at,
       e.body_digest = t.body_digest AS same_body
FROM unnest($1::int[], $2::text[], $3::text[], $4::bytea[]) AS t (n, source, delivery_id, body_digest)
JOIN event_store e ON e.source = t.source AND e.delivery_id = t.delivery_id AND e.delivery_id IS NOT NULL
