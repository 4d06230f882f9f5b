-- One that waits ends at once; one that runs is ended by its process.
UPDATE chaos_runs SET cancel_asked = true, state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
       finished_at = CASE state WHEN 'waiting' THEN now() END, verdict = CASE state WHEN 'waiting' THEN '{"cancelled":true}'::json END
WHERE id = $1::bigint AND state IN ('waiting', 'running')
RETURNING id
