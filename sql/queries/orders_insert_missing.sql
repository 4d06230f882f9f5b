-- Sorted, so that two workers insert in one order. First of three statements: see sql/README.md.
INSERT INTO orders (id, ref_id, source)
SELECT gen_random_uuid(), t.ref_id, 'shopify' FROM unnest($1::text[]) AS t (ref_id) ORDER BY t.ref_id
ON CONFLICT (ref_id, source) DO NOTHING
