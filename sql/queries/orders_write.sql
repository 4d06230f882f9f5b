-- The rows, and for the stream that they changed.
WITH written AS (
UPDATE orders o
SET payment_status = n.payment_status, shipping_status = n.shipping_status, placeholder = n.placeholder, name = n.name,
    shop_domain = n.shop_domain, financial_status = n.financial_status, fulfillment_status = n.fulfillment_status,
    customer = n.customer::jsonb, shipping_address = n.shipping_address::jsonb, total_price = n.total_price,
    currency = n.currency, cancelled_at = n.cancelled_at, business_updated_at = n.business_updated_at,
    shipping_updated_at = n.shipping_updated_at, delivery_at = n.delivery_at, courier = n.courier,
    tracking_number = n.tracking_number, shipping_fee = n.shipping_fee::numeric, version = o.version + 1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
            $16::timestamptz[], $17::text[], $18::text[], $19::text[])
    AS n (id, payment_status, shipping_status, placeholder, name, shop_domain, financial_status, fulfillment_status, customer,
          shipping_address, total_price, currency, cancelled_at, business_updated_at, shipping_updated_at, delivery_at, courier,
          tracking_number, shipping_fee)
WHERE o.id = n.id
RETURNING o.id)
INSERT INTO order_changes (order_id) SELECT id FROM written
ON CONFLICT (order_id) DO UPDATE SET transaction_id = EXCLUDED.transaction_id
