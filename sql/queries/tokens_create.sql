INSERT INTO admin_tokens (id, name, role, secret_hash) VALUES ($1::text, $2::text, $3::text, $4::bytea)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
RETURNING id
