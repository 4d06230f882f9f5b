SELECT e.id, COALESCE(e.source, '') AS source, e.type, e.ref_id AS "refId", e.order_id::text AS "orderId", e.delivery_id AS "deliveryId",
       e.received_at AS "receivedAt", e.business_at AS "businessAt", e.processed_at AS "processedAt", e.outcome,
       e.outcome_detail AS "outcomeDetail",
       (SELECT p.reason FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked,
       e.payload::text AS payload, e.payload ->> 'topic' AS topic,
       COALESCE((SELECT max(r.id) FROM parked_events r WHERE r.event_id = e.id AND r.released_at IS NOT NULL), 0) AS released_park
FROM event_store e
WHERE e.id = $1::bigint
