UPDATE admin_audit SET status = $2::int, result = $3::json WHERE request_id = $1::text
