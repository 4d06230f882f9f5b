SELECT id, name, role, created_at, revoked_at FROM admin_tokens ORDER BY created_at, id
