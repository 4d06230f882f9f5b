-- Results and cursor together, by whoever holds the lease. No row: the run was cancelled or lost. What was answered about a
-- forgotten order is not kept.
WITH mine AS (
    UPDATE replay_runs SET cursor_id = $4::bigint, lease_until = now() + make_interval(secs => $5::float8)
    WHERE id = $1::bigint AND owner = $6::text AND state = 'running'
    RETURNING id
), written AS (
    UPDATE replay_results r
    SET at = now(),
        result = CASE WHEN r.action = 're-send'
                           AND (SELECT f.event_id FROM event_store e JOIN forgotten_orders f ON f.order_id = e.order_id WHERE e.id = t.event_id) IS NOT NULL
                      THEN 'erased' ELSE t.result END
    FROM unnest($2::bigint[], $3::text[]) AS t (event_id, result)
    WHERE r.run_id = $1::bigint AND r.event_id = t.event_id
)
SELECT id FROM mine
