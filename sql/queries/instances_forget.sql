DELETE FROM service_instances WHERE heartbeat_at < now() - interval '1 day'
