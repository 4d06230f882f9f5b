INSERT INTO chaos_runs (options, requested_by, reason, request_id, instance)
VALUES ($1::text::json, $2::text, $3::text, $4::text, $5::text)
ON CONFLICT (request_id) DO UPDATE SET request_id = EXCLUDED.request_id
RETURNING id
