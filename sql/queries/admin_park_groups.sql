-- Without those of chaos runs.
SELECT p.reason, count(*) AS count, min(p.since) AS first, max(p.since) AS last
FROM parked_events p
JOIN event_store e ON e.id = p.event_id
WHERE p.released_at IS NULL AND chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id) IS NULL
GROUP BY p.reason
ORDER BY count(*) DESC, p.reason
