-- Runs of processes that are no more, and of this one, which asks while it carries out none: such a run was begun and not heard of.
UPDATE chaos_runs r SET state = 'failed', finished_at = now(), error = 'the process that ran it ended, or lost it'
WHERE r.state IN ('waiting', 'running')
  AND CASE WHEN r.instance = $1::text THEN r.state = 'running'
      ELSE NOT EXISTS (SELECT 1 FROM service_instances i WHERE i.instance = r.instance AND i.stopped_at IS NULL AND i.heartbeat_at > now() - interval '10 seconds') END
