SELECT r.id, 'chaos-run-' || r.id AS run, r.state, r.options::text AS options, r.requested_by AS "requestedBy", r.reason, r.instance, r.created_at AS "createdAt",
       r.started_at AS "startedAt", r.finished_at AS "finishedAt", r.progress::text AS progress, r.verdict::text AS verdict, r.error
FROM chaos_runs r
WHERE r.id < $1::bigint AND ($2::bigint IS NULL OR r.id = $2::bigint)
ORDER BY r.id DESC
LIMIT $3::int
