UPDATE admin_tokens SET revoked_at = now() WHERE name = $1::text AND revoked_at IS NULL RETURNING id
