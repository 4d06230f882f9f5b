SELECT instance, host, pid, version, roles, started_at AS "startedAt", heartbeat_at AS "heartbeatAt", stopped_at AS "stoppedAt",
       (extract(epoch FROM now() - heartbeat_at) * 1000)::bigint AS "silentMs",
       stopped_at IS NULL AND heartbeat_at < now() - interval '5 seconds' AS silent, counters::text AS counters
FROM service_instances
ORDER BY stopped_at IS NOT NULL, started_at DESC
LIMIT 200
