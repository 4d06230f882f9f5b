-- Runs of processes that are no more.
UPDATE chaos_runs r SET state = 'failed', finished_at = now(), error = 'the process that ran it ended'
WHERE r.state IN ('waiting', 'running') AND r.instance <> $1::text
  AND NOT EXISTS (SELECT 1 FROM service_instances i WHERE i.instance = r.instance AND i.stopped_at IS NULL AND i.heartbeat_at > now() - interval '10 seconds')
