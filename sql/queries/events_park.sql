INSERT INTO parked_events (event_id, reason, detail)
SELECT t.event_id, t.reason, t.detail FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (event_id, reason, detail)
ON CONFLICT DO NOTHING
