SELECT request_digest, status, result::text AS result FROM admin_audit WHERE request_id = $1::text
