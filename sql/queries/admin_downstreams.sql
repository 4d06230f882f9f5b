-- Courier and shop: whether a living process does not call it for want of answers, its open calls, and the last thousand calls of
-- both; without those of chaos runs.
WITH recent AS (
    SELECT CASE e.type WHEN 'shopify-admin-notifications' THEN 'shop' ELSE 'courier' END AS downstream, c.state, c.took_ms
    FROM outbound_calls c
    JOIN event_store e ON e.id = c.event_id
    JOIN orders o ON o.id = c.order_id
    WHERE is_of_asked_run(chaos_run_of_shop(o.shop_domain), NULL)
    ORDER BY c.event_id DESC
    LIMIT 1000
), open AS (
    SELECT CASE e.type WHEN 'shopify-admin-notifications' THEN 'shop' ELSE 'courier' END AS downstream, c.state
    FROM event_store e
    JOIN outbound_calls c ON c.event_id = e.id
    WHERE e.processed_at IS NULL AND c.state IN ('intent', 'unknown') AND chaos_run_of_order(c.order_id) IS NULL
)
SELECT d.downstream,
       EXISTS (SELECT 1 FROM service_instances i
               WHERE i.stopped_at IS NULL AND i.heartbeat_at > now() - interval '5 seconds' AND (i.counters ->> (d.downstream || '_circuit_open'))::bigint > 0) AS "circuitOpen",
       (SELECT count(*) FROM open WHERE open.downstream = d.downstream AND open.state = 'intent') AS intents,
       (SELECT count(*) FROM open WHERE open.downstream = d.downstream AND open.state = 'unknown') AS unknown,
       (SELECT count(*) FROM recent r WHERE r.downstream = d.downstream AND r.state = 'accepted') AS "recentAccepted",
       (SELECT count(*) FROM recent r WHERE r.downstream = d.downstream AND r.state = 'refused') AS "recentRefused",
       (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY r.took_ms))::bigint FROM recent r WHERE r.downstream = d.downstream) AS "p50Ms",
       (SELECT round(percentile_cont(0.99) WITHIN GROUP (ORDER BY r.took_ms))::bigint FROM recent r WHERE r.downstream = d.downstream) AS "p99Ms"
FROM (VALUES ('courier'), ('shop')) AS d (downstream)
