-- The next orders of a request, with their tracking numbers. $1: after this one; $2: shop; $3: all of it; $4: ids at Shopify; $5 to $7:
-- of the customer, in any event of the order. $8: so many orders are looked at.
WITH looked_at AS MATERIALIZED (
    SELECT o.id, o.ref_id, o.shop_domain FROM orders o WHERE o.id > $1::uuid AND o.source = 'shopify' ORDER BY o.id LIMIT $8::int
)
SELECT l.id, l.ref_id, ARRAY (SELECT t.tracking_number FROM tracking_numbers t WHERE t.order_id = l.id)::text AS tracking_numbers,
       (SELECT count(*) FROM looked_at) AS looked_at, (SELECT max(id::text)::uuid FROM looked_at) AS last,
       COALESCE(l.shop_domain, $2::text) = $2::text
       AND ($3::bool OR l.ref_id = ANY ($4::text[])
            OR EXISTS (SELECT FROM event_store e
                       WHERE e.ref_id = l.ref_id AND e.source = 'shopify'
                         AND (e.payload #>> '{customer,id}' = ANY ($5::text[]) OR lower(e.payload #>> '{customer,email}') = ANY ($6::text[])
                              OR digits_of(e.payload #>> '{customer,phone}') = ANY ($7::text[])))) AS asked
FROM looked_at l
ORDER BY l.id
