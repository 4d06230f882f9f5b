-- The same in a store that holds nothing but what was sent: whatever it is about. $1, $2, in step: delivery ids that were sent, and
-- the id at Shopify or the tracking number of each.
WITH sent AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::text[]) AS sent (delivery_id, ref_id))
SELECT 'event ' || e.id || ': ' || coalesce(e.delivery_id, 'no delivery id') || ' about ' || coalesce(e.ref_id, 'nothing') AS what
FROM event_store e
WHERE e.source IN ('shopify', 'courier')
  AND NOT EXISTS (SELECT FROM sent WHERE sent.delivery_id = e.delivery_id AND sent.ref_id = e.ref_id)
UNION ALL
SELECT 'event ' || e.id || ': ' || e.type || ' of no order'
FROM event_store e
WHERE e.source NOT IN ('shopify', 'courier') AND NOT EXISTS (SELECT FROM orders o WHERE o.id = e.order_id)
UNION ALL
SELECT 'order ' || o.ref_id || ' of ' || o.source
FROM orders o
WHERE o.source <> 'shopify' OR NOT EXISTS (SELECT FROM sent WHERE sent.ref_id = o.ref_id)
