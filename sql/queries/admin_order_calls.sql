-- All calls for one order, in the order of their events.
SELECT c.event_id AS "eventId", c.order_id::text AS "orderId", e.ref_id AS "refId", e.type AS type, c.idempotency_key AS "idempotencyKey",
       c.state, c.attempt::bigint AS attempt, c.http_status::bigint AS "httpStatus", c.took_ms::bigint AS "tookMs", c.answer, c.created_at AS "createdAt",
       c.updated_at AS "updatedAt", c.lease_until > now() AND c.state IN ('intent', 'unknown') AS leased
FROM event_store e JOIN outbound_calls c ON c.event_id = e.id
WHERE e.order_id = $1::uuid AND e.source <> 'shopify'
ORDER BY c.event_id
