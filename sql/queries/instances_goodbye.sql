UPDATE service_instances SET stopped_at = now() WHERE instance = $1::text
