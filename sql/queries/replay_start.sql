INSERT INTO replay_runs (kind, selection, requested_by) VALUES ($1::text, $2::text::json, $3::text) RETURNING id
