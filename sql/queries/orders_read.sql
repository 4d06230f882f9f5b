-- orders_lock.sql without its locks, for the negative control of proof runs alone. $1: ids at Shopify, $2: our ids.
SELECT o.id, o.ref_id, o.source, o.payment_status, o.shipping_status, o.placeholder, o.name, o.shop_domain, o.financial_status,
       o.fulfillment_status, o.customer::text AS customer, o.shipping_address::text AS shipping_address, o.total_price, o.currency,
       o.cancelled_at, o.business_updated_at, o.shipping_updated_at, o.delivery_at, o.courier, o.tracking_number,
       o.shipping_fee::text AS shipping_fee, o.version, o.created_at, o.updated_at
FROM orders o
WHERE (o.ref_id = ANY ($1::text[]) AND o.source = 'shopify') OR o.id = ANY ($2::uuid[])
