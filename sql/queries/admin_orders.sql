-- Orders of a chaos run only when it is asked for ($12), or by our ids ($8).
-- By any of many words (a name with or without #, an id, an e-mail, a tracking number), or by state; newest first.
SELECT o.id::text AS id, o.ref_id AS "refId", o.source, o.name, o.shop_domain AS "shopDomain", o.payment_status AS "paymentStatus",
       o.shipping_status AS "shippingStatus", o.financial_status AS "financialStatus", o.fulfillment_status AS "fulfillmentStatus",
       o.placeholder, o.total_price::text AS "totalPrice", o.currency, o.courier, o.tracking_number AS "trackingNumber",
       o.shipping_fee::text AS "shippingFee", o.customer::text AS customer, o.shipping_address::text AS "shippingAddress",
       o.business_updated_at AS "businessUpdatedAt", o.cancelled_at AS "cancelledAt", o.shipping_updated_at AS "shippingUpdatedAt",
       o.delivery_at AS "deliveryAt", o.created_at AS "createdAt", o.updated_at AS "updatedAt", o.version
FROM orders o
WHERE ($1::text[] IS NULL OR o.id = ANY (ARRAY(
        SELECT a.id FROM orders a WHERE a.ref_id = ANY ($1::text[])
        UNION SELECT b.id FROM orders b WHERE left(lower(b.name), 255) = ANY ($1::text[])
        UNION SELECT c.order_id FROM tracking_numbers c WHERE c.tracking_number = ANY ($2::text[])
        UNION SELECT d.id FROM orders d WHERE d.id::text = ANY ($1::text[]) AND d.id = ANY ($3::uuid[])
        UNION SELECT f.id FROM orders f WHERE $4::boolean AND left(lower(f.customer ->> 'email'), 255) = ANY ($1::text[]))))
  AND ($5::text IS NULL OR o.payment_status = $5::text)
  AND ($6::text IS NULL OR o.shipping_status = $6::text)
  AND ($7::boolean IS NULL OR o.placeholder = $7::boolean)
  AND ($8::uuid[] IS NULL OR o.id = ANY ($8::uuid[]))
  AND ($9::timestamptz IS NULL OR (o.created_at, o.id) < ($9::timestamptz, $10::uuid))
  AND ($8::uuid[] IS NOT NULL OR is_of_asked_run(chaos_run_of_shop(o.shop_domain), $12::text))
ORDER BY o.created_at DESC, o.id DESC
LIMIT $11::int
