-- $4: the numbers' hashes; a number that a forgotten order takes is forgotten with it.
WITH buried AS (
    INSERT INTO tombstones (hash, for_ever, event_id)
    SELECT DISTINCT ON (t.hash) t.hash, true, f.event_id
    FROM unnest($3::uuid[], $4::bytea[]) AS t (order_id, hash)
    CROSS JOIN LATERAL (SELECT f.event_id FROM forgotten_orders f WHERE f.order_id = t.order_id LIMIT 1) f
    ORDER BY t.hash
    ON CONFLICT DO NOTHING
)
INSERT INTO tracking_numbers (courier, tracking_number, order_id)
SELECT t.courier, t.tracking_number, t.order_id FROM unnest($1::text[], $2::text[], $3::uuid[]) AS t (courier, tracking_number, order_id)
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
