-- The next of a request's events, and to which orders they belong. $1: after this one, up to $2; $3: the shop; $4: all of it; $5: and
-- what is of no known shop; $6: ids of orders at Shopify; $7 to $9: ids, e-mail addresses and phone numbers of the customer; $10: so many
-- are looked at. Of an event without a shop it is its order's. An order without a customer is known by its raw body alone.
WITH looked_at AS MATERIALIZED (
    SELECT e.id, e.type, e.ref_id, e.payload FROM event_store e
    WHERE e.id > $1::bigint AND e.id <= $2::bigint AND (e.source = 'shopify' OR e.type = 'ORDER_ADOPTED')
    ORDER BY e.id LIMIT $10::int
), personal AS (
    SELECT l.*, COALESCE(NULLIF(l.payload ->> 'shopDomain', ''),
                         (SELECT o.shop_domain FROM orders o WHERE o.ref_id = l.ref_id AND o.source = 'shopify')) AS shop
    FROM looked_at l
    WHERE l.payload ?| '{customer,shippingAddress,body}'::text[] AND l.type NOT IN ('customers/redact', 'shop/redact')
), asked AS (
    SELECT p.id, p.ref_id FROM personal p
    WHERE CASE WHEN $4::bool THEN p.shop = $3::text OR (p.shop IS NULL AND $5::bool) ELSE COALESCE(p.shop, $3::text) = $3::text END
      AND ($4::bool OR p.ref_id = ANY ($6::text[])
           OR p.payload #>> '{customer,id}' = ANY ($7::text[]) OR p.payload #>> '{body,customer,id}' = ANY ($7::text[])
           OR (p.type LIKE 'customers/%' AND p.payload #>> '{body,id}' = ANY ($7::text[]))
           OR lower(p.payload #>> '{customer,email}') = ANY ($8::text[]) OR lower(p.payload #>> '{body,customer,email}') = ANY ($8::text[])
           OR lower(p.payload #>> '{body,email}') = ANY ($8::text[])
           OR digits_of(p.payload #>> '{customer,phone}') = ANY ($9::text[]) OR digits_of(p.payload #>> '{body,customer,phone}') = ANY ($9::text[])
           OR digits_of(p.payload #>> '{body,phone}') = ANY ($9::text[])
           OR (jsonb_typeof(p.payload -> 'customer') = 'null'
               AND EXISTS (SELECT FROM deliveries d, unnest($8::text[]) AS m (email)
                           WHERE d.event_id = p.id AND strpos(lower(encode(d.body, 'escape')), '"' || m.email || '"') > 0)))
)
SELECT page.looked_at, page.last, asked.id, asked.ref_id
FROM (SELECT count(*) AS looked_at, max(id) AS last FROM looked_at) page LEFT JOIN asked ON true
