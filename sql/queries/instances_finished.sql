-- What each process has ended so far, by queue.
SELECT instance, (counters -> 'jobs_finished')::text AS finished FROM service_instances WHERE heartbeat_at > now() - interval '1 minute'
