UPDATE chaos_runs SET state = $2::text, finished_at = now(), verdict = $3::text::json, error = $4::text WHERE id = $1::bigint AND state = 'running' RETURNING id
