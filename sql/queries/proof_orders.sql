-- The orders as lines of JSON, without what is about people.
SELECT (to_jsonb(o) - 'customer' - 'shipping_address' || jsonb_build_object('table', 'orders'))::text AS line
FROM orders o
ORDER BY o.ref_id, o.source
