-- Living processes beside this one that work the queues: their courier and shop are not this one's to know.
SELECT count(*) AS others FROM service_instances
WHERE instance <> $1::text AND stopped_at IS NULL AND heartbeat_at > now() - interval '10 seconds' AND 'worker' = ANY (string_to_array(roles, ','))
