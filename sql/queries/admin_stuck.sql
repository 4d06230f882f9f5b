-- Orders that should have gone on, by kind; without those of chaos runs. Seconds: bookable for $1, a call open for $2, a placeholder for $3.
SELECT 'unbooked' AS kind, o.id FROM orders o
WHERE chaos_run_of_shop(o.shop_domain) IS NULL AND o.payment_status = 'paid' AND o.shipping_status = 'pending' AND NOT o.placeholder AND o.updated_at < now() - make_interval(secs => $1::float8)
  AND ($4::boolean OR NOT EXISTS (SELECT 1 FROM event_store t WHERE t.ref_id = o.ref_id AND t.source = o.source AND t.source <> 'internal' AND t.payload ->> 'test' = 'true'))
UNION ALL
SELECT DISTINCT 'call_open', c.order_id FROM event_store e JOIN outbound_calls c ON c.event_id = e.id
WHERE e.processed_at IS NULL AND c.state IN ('intent', 'unknown') AND c.created_at < now() - make_interval(secs => $2::float8)
  AND chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id) IS NULL
UNION ALL
SELECT DISTINCT 'parked', COALESCE(e.order_id, o.id) FROM parked_events p JOIN event_store e ON e.id = p.event_id
LEFT JOIN orders o ON o.ref_id = e.ref_id AND o.source = e.source AND e.source <> 'courier'
WHERE p.released_at IS NULL AND COALESCE(e.order_id, o.id) IS NOT NULL AND chaos_run_of(e.source, e.delivery_id, e.ref_id, e.order_id) IS NULL
UNION ALL
SELECT 'placeholder', o.id FROM orders o WHERE chaos_run_of_shop(o.shop_domain) IS NULL AND o.placeholder AND o.created_at < now() - make_interval(secs => $3::float8)
