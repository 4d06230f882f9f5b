INSERT INTO event_stalls AS s (event_id, stalls)
SELECT t.id, 1 FROM unnest($1::bigint[]) AS t (id) ORDER BY t.id
ON CONFLICT (event_id) DO UPDATE SET stalls = s.stalls + 1, last_at = now()
RETURNING event_id, stalls
