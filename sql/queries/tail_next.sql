-- Events after a position, of transactions below an edge.
SELECT e.transaction_id::text AS transaction_id, e.id, COALESCE(e.source, '') AS source, e.type, e.ref_id AS "refId", e.order_id::text AS "orderId",
       e.delivery_id AS "deliveryId", e.received_at AS "receivedAt", e.business_at AS "businessAt", e.processed_at AS "processedAt", e.outcome,
       e.outcome_detail AS "outcomeDetail", NULL::text AS parked,
       chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id) AS run
FROM event_store e
WHERE (e.transaction_id, e.id) > ($1::text::xid8, $2::bigint) AND e.transaction_id < $3::text::xid8
ORDER BY e.transaction_id, e.id
LIMIT $4::int
