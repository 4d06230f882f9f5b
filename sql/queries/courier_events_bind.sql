-- A courier event that found its order.
UPDATE event_store e SET order_id = t.order_id
FROM unnest($1::bigint[], $2::uuid[]) AS t (id, order_id)
WHERE e.id = t.id AND e.order_id IS NULL
