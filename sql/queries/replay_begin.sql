-- Written before an event is replayed: what a killed process had begun is known afterwards. Answers those begun before.
WITH fresh AS (
    INSERT INTO replay_results (run_id, event_id, action, result)
    SELECT $1::bigint, t.event_id, t.action, '' FROM unnest($2::bigint[], $3::text[]) AS t (event_id, action)
    ON CONFLICT DO NOTHING
    RETURNING event_id
)
SELECT t.event_id FROM unnest($2::bigint[]) AS t (event_id) WHERE t.event_id NOT IN (SELECT event_id FROM fresh)
