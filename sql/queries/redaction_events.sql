-- The next events that stand for themselves, such as a customer's own: $1: after this one; the rest as in redaction_orders.sql.
WITH looked_at AS MATERIALIZED (
    SELECT e.id, e.type, e.ref_id, e.payload FROM event_store e WHERE e.id > $1::bigint AND e.source = 'shopify' ORDER BY e.id LIMIT $8::int
)
SELECT count(*) AS looked_at, max(l.id) AS last,
       COALESCE(array_agg(l.id) FILTER (
           WHERE l.payload ? 'body' AND NOT l.type = ANY ($9::text[]) AND l.payload ->> 'shopDomain' = $2::text
             AND ($3::bool OR l.ref_id = ANY ($4::text[])
                  OR l.payload #>> '{body,customer,id}' = ANY ($5::text[]) OR (l.type LIKE 'customers/%' AND l.payload #>> '{body,id}' = ANY ($5::text[]))
                  OR lower(l.payload #>> '{body,customer,email}') = ANY ($6::text[]) OR lower(l.payload #>> '{body,email}') = ANY ($6::text[])
                  OR digits_of(l.payload #>> '{body,customer,phone}') = ANY ($7::text[]) OR digits_of(l.payload #>> '{body,phone}') = ANY ($7::text[]))),
           '{}')::text AS ids
FROM looked_at l
