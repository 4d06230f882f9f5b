-- A store that has seen much, for admin_bench and service_bench --filled: :orders orders (the program puts the number in), five events each, a call and a tracking
-- number each, all of it settled, two weeks old at most.
INSERT INTO orders (ref_id, source, payment_status, shipping_status, placeholder, name, shop_domain, customer, total_price, currency, courier, tracking_number,
                    created_at, updated_at)
SELECT (8000000000000 + n)::text, 'shopify', CASE WHEN n % 50 = 0 THEN 'cancelled' ELSE 'paid' END, CASE WHEN n % 20 = 0 THEN 'delivered' ELSE 'fulfilling' END, false,
       '#' || n, 'shop.myshopify.com', jsonb_build_object('email', 'person' || n || '@example.com'), '19.90', 'EUR', 'DHL', 'TRACK-' || n,
       now() - (n % 20160) * interval '1 minute', now() - (n % 20160) * interval '1 minute'
FROM generate_series(1, current_setting('bench.orders')::int) n;

INSERT INTO event_store (source, type, ref_id, order_id, payload, received_at, processed_at, outcome, delivery_id, effect_key)
SELECT CASE WHEN k = 5 THEN 'internal' ELSE 'shopify' END, (ARRAY['ORDER_CREATED', 'ORDER_UPDATED', 'ORDER_UPDATED', 'ORDER_UPDATED', 'BOOKING_CREATE_REQUEST'])[k],
       o.ref_id, o.id, jsonb_build_object('refId', o.ref_id, 'name', o.name, 'source', 'shopify', 'financialStatus', CASE WHEN k > 2 THEN 'paid' ELSE 'pending' END,
       'currency', 'EUR', 'date', '2026-04-06T10:00:00Z', 'note', repeat('x', 400)), o.created_at + k * interval '1 second', now(),
       (ARRAY['applied', 'superseded', 'applied', 'superseded', 'delivered'])[k], CASE WHEN k < 5 THEN 'shop.myshopify.com:' || o.ref_id || '-' || k END,
       CASE WHEN k = 5 THEN 'book:' || o.id || ':1' END
FROM (SELECT * FROM orders ORDER BY created_at) o, generate_series(1, 5) k;

INSERT INTO outbound_calls (event_id, order_id, idempotency_key, path, request_body, owner, lease_until, state, http_status, answer)
SELECT id, order_id, 'book-' || id, '/request-shipping-booking', '{}', 'bench', now(), 'accepted', 200, '{}' FROM event_store WHERE type = 'BOOKING_CREATE_REQUEST';

INSERT INTO tracking_numbers (courier, tracking_number, order_id) SELECT 'DHL', tracking_number, id FROM orders;

WITH open AS (
    INSERT INTO event_store (source, type, ref_id, payload) SELECT 'courier', 'COURIER_STATUS_UPDATED', 'LOST-' || n, '{"courier": "DHL"}' FROM generate_series(1, 50) n RETURNING id
)
INSERT INTO parked_events (event_id, reason, detail) SELECT id, 'unmatched', 'bench' FROM open;
