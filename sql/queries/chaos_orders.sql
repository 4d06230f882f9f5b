-- The orders of a chaos run; instants in microseconds.
SELECT o.ref_id,
       jsonb_strip_nulls(jsonb_build_object(
           'payment_status', o.payment_status, 'shipping_status', o.shipping_status, 'placeholder', o.placeholder,
           'name', o.name, 'shop_domain', o.shop_domain, 'financial_status', o.financial_status,
           'fulfillment_status', o.fulfillment_status, 'total_price', o.total_price, 'currency', o.currency,
           'courier', o.courier, 'tracking_number', o.tracking_number,
           'cancelled_at', (extract(epoch FROM o.cancelled_at) * 1000000)::bigint,
           'business_updated_at', (extract(epoch FROM o.business_updated_at) * 1000000)::bigint,
           'shipping_updated_at', (extract(epoch FROM o.shipping_updated_at) * 1000000)::bigint,
           'delivery_at', (extract(epoch FROM o.delivery_at) * 1000000)::bigint))::text AS row,
       o.customer::text AS customer, o.shipping_address::text AS shipping_address,
       (SELECT count(*) FROM event_store e WHERE e.order_id = o.id AND e.source = 'internal'
        AND e.type = 'BOOKING_CREATE_REQUEST') AS bookings,
       (SELECT count(*) FROM event_store e WHERE e.order_id = o.id AND e.source = 'internal'
        AND e.type = 'BOOKING_CANCEL_REQUEST') AS cancellations,
       (SELECT count(*) FROM event_store e WHERE e.order_id = o.id AND e.source = 'internal'
        AND e.type = 'shopify-admin-notifications') AS notifications
FROM orders o
WHERE o.ref_id = ANY ($1::text[]) AND o.source = 'shopify'
