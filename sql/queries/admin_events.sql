-- Newest first; of a chaos run only when it is asked for ($14), or by order or ids. (= ANY (ARRAY(…)) is looked up; IN (SELECT …) beside OR would be a filter over the whole table.)
-- A filter that is null selects all: this connection plans each question for its own values. Ids grow almost with
-- the time of arrival, so the caller narrows $9 and $10 (times) by ids first: $1 < id < $2.
SELECT e.id, COALESCE(e.source, '') AS source, e.type, e.ref_id AS "refId", e.order_id::text AS "orderId", e.delivery_id AS "deliveryId",
       e.received_at AS "receivedAt", e.business_at AS "businessAt", e.processed_at AS "processedAt", e.outcome,
       e.outcome_detail AS "outcomeDetail",
       (SELECT p.reason FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked
FROM event_store e
WHERE e.id > $1::bigint AND e.id < $2::bigint
  AND ($3::text IS NULL OR e.type = $3::text)
  AND ($4::text IS NULL OR e.source = $4::text)
  AND ($5::text IS NULL OR (e.ref_id = $5::text AND e.source <> 'internal'))
  AND ($6::uuid IS NULL OR e.id = ANY (ARRAY(
        SELECT x.id FROM event_store x WHERE x.order_id = $6::uuid AND x.source <> 'shopify'
        UNION ALL
        SELECT y.id FROM orders o JOIN event_store y ON y.ref_id = o.ref_id AND y.source = o.source AND y.source <> 'internal' WHERE o.id = $6::uuid)))
  AND ($7::text IS NULL OR $7::text NOT IN ('open', 'parked') OR e.processed_at IS NULL)
  AND ($7::text IS NULL OR CASE $7::text
        WHEN 'open' THEN e.processed_at IS NULL AND NOT EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL)
        WHEN 'parked' THEN e.processed_at IS NULL AND EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL)
        ELSE e.outcome = $7::text END)
  AND ($8::text IS NULL OR (e.delivery_id = $8::text AND e.source IN ('shopify', 'courier')))
  AND ($9::timestamptz IS NULL OR e.received_at >= $9::timestamptz)
  AND ($10::timestamptz IS NULL OR e.received_at < $10::timestamptz)
  AND ($11::text IS NULL OR e.payload #>> string_to_array($11::text, '.') = $12::text)
  AND ($15::bigint[] IS NULL OR e.id = ANY ($15::bigint[]))
  AND ($6::uuid IS NOT NULL OR $15::bigint[] IS NOT NULL OR is_of_asked_run(chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id), $14::text))
ORDER BY e.id DESC
LIMIT $13::int
