-- The row is the claim: of two requests under one id only one is carried out. One that could not be carried out (503), or was left
-- by a process that died (no status for a minute), may be tried again under its id: changes are such that doing them again is harmless.
INSERT INTO admin_audit AS a (request_id, request_digest, actor, role, action, target, reason)
VALUES ($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::text)
ON CONFLICT (request_id) DO UPDATE SET at = now(), status = NULL, result = NULL
    WHERE a.request_digest = EXCLUDED.request_digest AND (a.status = 503 OR (a.status IS NULL AND a.at < now() - interval '1 minute'))
RETURNING id
