-- Up to which event a request looks: later ones are stored without the person. And whether a shop ($1) is the only one ever heard of, so
-- that orders of no known shop are its own (the older service wrote none down).
SELECT COALESCE((SELECT id FROM event_store ORDER BY id DESC LIMIT 1), 0) AS last,
       NOT EXISTS (SELECT FROM orders o WHERE o.shop_domain <> $1::text AND chaos_run_of_shop(o.shop_domain) IS NULL) AS only_shop
