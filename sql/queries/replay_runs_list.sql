SELECT r.id, r.state, r.selection::text AS selection, r.requested_by AS "requestedBy", r.reason, r.re_send AS "reSend", r.rate::bigint AS rate,
       r.started_at AS "startedAt", r.finished_at AS "finishedAt", (SELECT count(*) FROM replay_results x WHERE x.run_id = r.id AND x.result <> '') AS done,
       r.cursor_id AS "cursorId", r.last_id AS "lastId"
FROM replay_runs r
WHERE r.id < $1::bigint AND ($2::bigint IS NULL OR r.id = $2::bigint)
ORDER BY r.id DESC
LIMIT $3::int
