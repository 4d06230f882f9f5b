INSERT INTO service_instances AS s (instance, host, pid, version, roles, started_at, counters, refusals)
VALUES ($1::text, $2::text, $3::bigint, $4::text, $5::text, $6::timestamptz, $7::text::json, COALESCE($8::text::json, '[]'))
ON CONFLICT (instance) DO UPDATE SET heartbeat_at = now(), counters = EXCLUDED.counters, refusals = CASE WHEN $8::text IS NULL THEN s.refusals ELSE EXCLUDED.refusals END
