SELECT p.event_id AS "eventId", e.type, e.ref_id AS "refId", e.order_id::text AS "orderId", p.reason, p.detail, p.since,
       p.released_at AS "releasedAt", p.released_by AS "releasedBy", p.release_reason AS "releaseReason"
FROM parked_events p
JOIN event_store e ON e.id = p.event_id
WHERE ($1::text IS NULL OR (p.reason = $1::text AND p.released_at IS NULL))
  AND ($2::bigint IS NULL OR p.event_id = $2::bigint)
  AND p.event_id < $3::bigint
  AND ($2::bigint IS NOT NULL OR is_of_asked_run(chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id), $5::text))
ORDER BY p.event_id DESC
LIMIT $4::int
