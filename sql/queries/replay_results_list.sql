SELECT event_id AS "eventId", action, result, at FROM replay_results
WHERE run_id = $1::bigint AND event_id > $2::bigint AND result <> ''
ORDER BY event_id
LIMIT $3::int
