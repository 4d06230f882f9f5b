INSERT INTO tracking_numbers (courier, tracking_number, order_id)
SELECT t.courier, t.tracking_number, t.order_id FROM unnest($1::text[], $2::text[], $3::uuid[]) AS t (courier, tracking_number, order_id)
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
