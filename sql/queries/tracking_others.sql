SELECT order_id FROM tracking_numbers WHERE courier = $1::text AND tracking_number = $2::text AND order_id <> $3::uuid LIMIT 1
