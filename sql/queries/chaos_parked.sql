SELECT e.id, e.type, e.ref_id, p.reason, p.detail
FROM unnest($1::text[]) AS run (ref_id)
JOIN event_store e ON e.ref_id = run.ref_id
JOIN parked_events p ON p.event_id = e.id AND p.released_at IS NULL
ORDER BY e.id
