-- The oldest run that nobody works on.
UPDATE replay_runs SET owner = $1::text, lease_until = now() + make_interval(secs => $2::float8)
WHERE id = (SELECT r.id FROM replay_runs r
            WHERE r.state = 'running' AND (r.lease_until IS NULL OR r.lease_until < now())
            ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, selection::text AS selection, requested_by, re_send, rate, cursor_id, last_id
