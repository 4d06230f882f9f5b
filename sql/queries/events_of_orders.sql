-- All events of these orders that fold ($2: their types). $3 bounds the rows: one more than allowed means too many.
SELECT o.id AS order_id, e.id, e.type, e.business_at, e.triggered_at, e.payment_rank, e.body_digest,
       e.processed_at IS NOT NULL AS settled, e.payload::text AS payload
FROM orders o
JOIN event_store e ON e.ref_id = o.ref_id AND e.source = o.source AND e.source <> 'internal'
WHERE o.id = ANY ($1::uuid[]) AND e.type = ANY ($2::text[]) AND e.body_digest IS NOT NULL
UNION ALL
SELECT e.order_id, e.id, e.type, e.business_at, e.triggered_at, e.payment_rank, e.body_digest,
       e.processed_at IS NOT NULL, e.payload::text
FROM event_store e
WHERE e.order_id = ANY ($1::uuid[]) AND e.source <> 'shopify' AND e.type = ANY ($2::text[])
  AND e.body_digest IS NOT NULL
LIMIT $3::int
