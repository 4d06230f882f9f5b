-- The outbox, page by page: what is stored, not processed, not parked, and old enough that its own job should have come.
-- Paging by id inside one pass is safe: what becomes visible behind the page is found by the next pass.
SELECT e.id, e.source, e.type, e.payload ->> 'topic' AS topic,
       COALESCE((SELECT max(r.id) FROM parked_events r WHERE r.event_id = e.id), 0) AS released_park
FROM event_store e
WHERE e.processed_at IS NULL AND e.id > $1::bigint AND e.received_at < now() - make_interval(secs => $2::float8)
  AND NOT EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL)
ORDER BY e.id
LIMIT $3::int
