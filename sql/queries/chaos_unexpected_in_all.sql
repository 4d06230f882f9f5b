-- The same in a store that holds nothing but what was sent: whatever it is about. $1, $2, in step: delivery ids that were sent, and
-- the id at Shopify or the tracking number of each. NOT IN, as it is looked up in a hash: an anti-join would be planned for the few rows that
-- an array is taken for, and be quadratic.
WITH sent AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::text[]) AS sent (delivery_id, ref_id))
SELECT 'event ' || e.id || ': ' || coalesce(e.delivery_id, 'no delivery id') || ' about ' || coalesce(e.ref_id, 'nothing') AS what
FROM event_store e
WHERE e.source IN ('shopify', 'courier')
  AND (coalesce(e.delivery_id, ''), coalesce(e.ref_id, '')) NOT IN (SELECT sent.delivery_id, sent.ref_id FROM sent)
UNION ALL
SELECT 'event ' || e.id || ': ' || e.type || ' of no order'
FROM event_store e
WHERE e.source NOT IN ('shopify', 'courier') AND NOT EXISTS (SELECT FROM orders o WHERE o.id = e.order_id)
UNION ALL
SELECT 'order ' || o.ref_id || ' of ' || o.source
FROM orders o
WHERE o.source <> 'shopify' OR coalesce(o.ref_id, '') NOT IN (SELECT sent.ref_id FROM sent)
