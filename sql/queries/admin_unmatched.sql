SELECT e.id, COALESCE(e.source, '') AS source, e.type, e.ref_id AS "refId", e.order_id::text AS "orderId", e.delivery_id AS "deliveryId",
       e.received_at AS "receivedAt", e.business_at AS "businessAt", e.processed_at AS "processedAt", e.outcome,
       e.outcome_detail AS "outcomeDetail",
       (SELECT p.reason FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked
FROM event_store e
WHERE e.processed_at IS NULL AND e.source = 'courier' AND e.order_id IS NULL AND e.id < $1::bigint
  AND is_of_asked_run(chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id), $3::text)
ORDER BY e.id DESC
LIMIT $2::int
