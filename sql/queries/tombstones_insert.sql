INSERT INTO tombstones (hash, for_ever, event_id)
SELECT t.hash, bool_or(t.for_ever), $3::bigint FROM unnest($1::bytea[], $2::bool[]) AS t (hash, for_ever)
GROUP BY t.hash
ORDER BY t.hash
ON CONFLICT (hash) DO UPDATE SET created_at = GREATEST(tombstones.created_at, EXCLUDED.created_at), for_ever = tombstones.for_ever OR EXCLUDED.for_ever
