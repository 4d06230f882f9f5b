-- Events to replay, page by page; a filter that is null selects all.
SELECT e.id, e.source, e.type, e.payload ->> 'topic' AS topic, e.ref_id, e.order_id, e.processed_at IS NOT NULL AS settled, e.outcome,
       EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked,
       c.state AS call_state, c.idempotency_key, c.path, c.request_body
FROM event_store e
LEFT JOIN outbound_calls c ON c.event_id = e.id
WHERE e.id > $1::bigint
  AND ($2::bigint[] IS NULL OR e.id = ANY ($2::bigint[]))
  AND ($3::text IS NULL OR e.ref_id = $3::text OR e.order_id = (SELECT o.id FROM orders o WHERE o.ref_id = $3::text AND o.source = 'shopify'))
  AND ($4::text IS NULL OR e.type = $4::text)
  AND ($5::timestamptz IS NULL OR e.received_at >= $5::timestamptz)
  AND ($6::timestamptz IS NULL OR e.received_at < $6::timestamptz)
  AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL AND p.reason = $7::text))
  AND e.id <= $8::bigint
ORDER BY e.id
LIMIT $9::int
