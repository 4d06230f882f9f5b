-- Stored for a run, though it never sent that: under another delivery id, or under none. $1: ids at Shopify and tracking numbers,
-- $2: delivery ids that were sent.
SELECT 'event ' || e.id || ': ' || coalesce(e.delivery_id, 'no delivery id') AS what
FROM unnest($1::text[]) AS run (ref_id)
JOIN event_store e ON e.ref_id = run.ref_id AND e.source IN ('shopify', 'courier')
WHERE NOT EXISTS (SELECT FROM unnest($2::text[]) AS sent (delivery_id) WHERE sent.delivery_id = e.delivery_id)
ORDER BY e.id
