-- All that somebody must have sent, and effects of no order: for a run that has its store alone. What was sent is compared by the program: for
-- arrays of 100,000 the planner takes ways that are quadratic.
SELECT 'event ' || e.id AS what, coalesce(e.delivery_id, 'no delivery id') AS delivery_id, coalesce(e.ref_id, 'nothing') AS ref_id
FROM event_store e
WHERE e.source IN ('shopify', 'courier')
UNION ALL
SELECT 'event ' || e.id || ': ' || e.type || ' of no order', NULL, 'nothing'
FROM event_store e
WHERE e.source NOT IN ('shopify', 'courier') AND NOT EXISTS (SELECT FROM orders o WHERE o.id = e.order_id)
UNION ALL
SELECT 'order ' || coalesce(o.ref_id, 'without a number') || ' of ' || o.source, NULL, coalesce(CASE WHEN o.source = 'shopify' THEN o.ref_id END, 'nothing')
FROM orders o
