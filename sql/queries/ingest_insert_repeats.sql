INSERT INTO deliveries (event_id, repeated, headers)
SELECT t.event_id, true, t.headers::json FROM unnest($1::bigint[], $2::text[]) AS t (event_id, headers)
