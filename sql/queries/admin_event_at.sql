-- The nearest stored event at or after an id, to find by halving the id at which a time begins.
SELECT id, received_at FROM event_store WHERE id >= $1::bigint ORDER BY id LIMIT 1
