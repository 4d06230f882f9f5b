SELECT name, role, secret_hash FROM admin_tokens WHERE id = $1::text AND revoked_at IS NULL
