-- The tracking numbers of these orders ($1: ids at Shopify).
SELECT DISTINCT t.tracking_number
FROM orders o JOIN tracking_numbers t ON t.order_id = o.id
WHERE o.ref_id = ANY ($1::text[]) AND is_of_shopify(o.source)
