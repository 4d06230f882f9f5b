-- Requests that were stored and not carried out yet, the oldest first. (Their topics in so many words: a partial index holds these alone.)
SELECT e.id, e.type AS topic, e.payload ->> 'body' AS body, e.received_at
FROM event_store e
WHERE e.processed_at IS NULL AND e.type IN ('customers/redact', 'shop/redact') AND e.source = 'shopify'
  AND NOT EXISTS (SELECT FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL)
ORDER BY e.id
LIMIT 1
