-- Bookings and cancellations of one order with how far each has come, the oldest first.
SELECT e.id, e.type, e.processed_at IS NOT NULL AS settled, e.outcome, p.reason AS parked, c.state, COALESCE(c.lease_until > now(), false) AS leased,
       COALESCE(c.attempt, 0) AS attempt, COALESCE(c.answer, '') AS answer
FROM event_store e
LEFT JOIN outbound_calls c ON c.event_id = e.id
LEFT JOIN parked_events p ON p.event_id = e.id AND p.released_at IS NULL
WHERE e.order_id = $1::uuid AND e.source <> 'shopify' AND e.type IN ('BOOKING_CREATE_REQUEST', 'BOOKING_CANCEL_REQUEST')
ORDER BY e.id
