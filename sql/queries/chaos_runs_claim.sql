-- The next run of this process.
UPDATE chaos_runs SET state = 'running', started_at = now()
WHERE id = (SELECT id FROM chaos_runs WHERE state = 'waiting' AND instance = $1::text ORDER BY id LIMIT 1)
  AND state = 'waiting' -- it may have been cancelled meanwhile
RETURNING id, options::text AS options
