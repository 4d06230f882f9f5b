SELECT count(*), COALESCE(extract(epoch FROM now() - min(e.received_at))::bigint, 0) FROM event_store e
WHERE e.processed_at IS NULL AND NOT EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL)
