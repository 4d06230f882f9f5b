SELECT c.event_id, e.type, c.state, c.attempt, c.http_status, c.answer, c.created_at, c.updated_at
FROM event_store e JOIN outbound_calls c ON c.event_id = e.id
WHERE e.order_id = $1::uuid AND e.source <> 'shopify'
ORDER BY c.event_id
