SELECT id, at, actor, role, action, target, reason, request_id AS "requestId", status::bigint AS status, result::text AS result
FROM admin_audit
WHERE ($1::bigint IS NULL OR id < $1::bigint) AND ($2::text IS NULL OR actor = $2::text) AND ($3::text IS NULL OR action = $3::text)
ORDER BY id DESC
LIMIT $4::int
