-- The row is the claim: of two requests under one id only one is carried out.
INSERT INTO admin_audit (request_id, request_digest, actor, role, action, target, reason)
VALUES ($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::text)
ON CONFLICT (request_id) DO NOTHING
RETURNING id
