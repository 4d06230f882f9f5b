-- The rows, and for the stream that they changed. Of a forgotten order ($20: its hash) nothing personal is written, even if its events were
-- loaded before they were erased.
WITH written AS (
UPDATE orders o
SET payment_status = n.payment_status, shipping_status = n.shipping_status, placeholder = n.placeholder, name = n.name,
    shop_domain = n.shop_domain, financial_status = n.financial_status, fulfillment_status = n.fulfillment_status,
    customer = CASE WHEN n.forgotten_by IS NULL THEN n.customer::jsonb END,
    shipping_address = CASE WHEN n.forgotten_by IS NULL THEN n.shipping_address::jsonb END, total_price = n.total_price,
    currency = n.currency, cancelled_at = n.cancelled_at, business_updated_at = n.business_updated_at,
    shipping_updated_at = n.shipping_updated_at, delivery_at = n.delivery_at, courier = n.courier,
    tracking_number = n.tracking_number, shipping_fee = n.shipping_fee::numeric, version = o.version + 1, updated_at = now()
FROM (
    SELECT t.*, (SELECT s.event_id FROM tombstones s WHERE s.hash = t.hash) AS forgotten_by
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
                $16::timestamptz[], $17::text[], $18::text[], $19::text[], $20::bytea[])
        AS t (id, payment_status, shipping_status, placeholder, name, shop_domain, financial_status, fulfillment_status, customer,
              shipping_address, total_price, currency, cancelled_at, business_updated_at, shipping_updated_at, delivery_at, courier,
              tracking_number, shipping_fee, hash)
    OFFSET 0 -- looked up once a row, not wherever it is named
) n
WHERE o.id = n.id
RETURNING o.id, n.forgotten_by
), forgotten AS (
INSERT INTO forgotten_orders (order_id, event_id) SELECT id, forgotten_by FROM written WHERE forgotten_by IS NOT NULL
ON CONFLICT DO NOTHING
)
INSERT INTO order_changes (order_id) SELECT id FROM written
ON CONFLICT (order_id) DO UPDATE SET transaction_id = EXCLUDED.transaction_id
