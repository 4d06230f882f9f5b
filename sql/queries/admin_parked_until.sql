-- What a preview counted: parked for this reason, not later than then; without those of chaos runs.
SELECT p.event_id
FROM parked_events p
JOIN event_store e ON e.id = p.event_id
WHERE p.released_at IS NULL AND p.reason = $1::text AND p.since <= $2::timestamptz
  AND chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id) IS NULL
ORDER BY p.event_id
LIMIT $3::int
