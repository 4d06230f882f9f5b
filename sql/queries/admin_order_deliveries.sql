-- Repeats of these events' deliveries.
SELECT event_id, received_at FROM deliveries WHERE event_id = ANY ($1::bigint[]) AND repeated ORDER BY event_id, id LIMIT 1000
