-- For ever: a run that ended does not end again.
UPDATE replay_runs SET state = $2::text, finished_at = now(), lease_until = NULL WHERE id = $1::bigint AND state = 'running' RETURNING id
