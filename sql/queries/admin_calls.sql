-- By the effect event, the newest first; open ones are found through the outbox.
SELECT c.event_id AS "eventId", c.order_id::text AS "orderId", o.ref_id AS "refId", e.type AS type, c.idempotency_key AS "idempotencyKey",
       c.state, c.attempt::bigint AS attempt, c.http_status::bigint AS "httpStatus", c.took_ms::bigint AS "tookMs", c.answer, c.created_at AS "createdAt",
       c.updated_at AS "updatedAt", c.lease_until > now() AND c.state IN ('intent', 'unknown') AS leased
FROM outbound_calls c
JOIN event_store e ON e.id = c.event_id
JOIN orders o ON o.id = c.order_id
WHERE c.event_id < $1::bigint
  AND ($2::text IS NULL OR c.state = $2::text)
  AND ($2::text IS NULL OR $2::text NOT IN ('intent', 'unknown') OR e.processed_at IS NULL)
  AND ($3::text[] IS NULL OR e.type = ANY ($3::text[]))
  AND ($4::bigint IS NULL OR c.event_id = $4::bigint)
  AND ($4::bigint IS NOT NULL OR is_of_asked_run(chaos_run_of_shop(o.shop_domain), $6::text))
ORDER BY c.event_id DESC
LIMIT $5::int
