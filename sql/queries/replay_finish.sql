UPDATE replay_runs SET finished_at = now() WHERE id = $1::bigint
