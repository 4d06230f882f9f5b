-- How long, in ms, the slowest of the webhooks waited that were stored before an instant and settled after it.
SELECT (extract(epoch FROM max(e.processed_at) - $1::timestamptz) * 1000)::bigint AS ms
FROM event_store e
WHERE e.source = 'shopify' AND e.received_at BETWEEN $1::timestamptz - interval '10 seconds' AND $1::timestamptz AND e.processed_at > $1::timestamptz
