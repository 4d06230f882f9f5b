INSERT INTO replay_results (run_id, event_id, action, result)
SELECT $1::bigint, t.event_id, t.action, t.result FROM unnest($2::bigint[], $3::text[], $4::text[]) AS t (event_id, action, result)
ON CONFLICT DO NOTHING
