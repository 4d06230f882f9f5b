SELECT e.id, e.type, e.ref_id, p.reason, p.detail
FROM unnest($1::text[]) AS run (ref_id)
LEFT JOIN orders o ON o.ref_id = run.ref_id AND o.source = 'shopify'
JOIN event_store e ON (e.ref_id = run.ref_id AND e.source <> 'internal') OR (e.order_id = o.id AND e.source <> 'shopify')
JOIN parked_events p ON p.event_id = e.id AND p.released_at IS NULL
ORDER BY e.id
