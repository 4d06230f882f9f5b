-- $1: ids at Shopify; $2: the request. A row that appears later finds the tombstone (orders_write.sql).
INSERT INTO forgotten_orders (order_id, event_id)
SELECT o.id, $2::bigint FROM orders o WHERE o.ref_id = ANY ($1::text[]) AND is_of_shopify(o.source) ORDER BY o.id
ON CONFLICT DO NOTHING
