-- $6: who works on it at once; null: whoever comes first.
INSERT INTO replay_runs (kind, selection, requested_by, state, reason, re_send, rate, last_id, owner, lease_until, request_id)
VALUES ('replay', $1::text::json, $2::text, 'running', $3::text, $4::boolean, $5::float8, COALESCE((SELECT id FROM event_store ORDER BY id DESC LIMIT 1), 0),
        $6::text, now() + make_interval(secs => CASE WHEN $6::text IS NULL THEN NULL ELSE $7::float8 END), $8::text)
ON CONFLICT (request_id) DO UPDATE SET request_id = EXCLUDED.request_id
RETURNING id, selection::text AS selection, requested_by, re_send, rate, cursor_id, last_id
