-- All that decides the next step of effect events, read under their orders' locks. The booking that a cancellation cancels is looked up
-- row by row (LIMIT keeps it so): a planner whose statistics know no effect yet would read all bookings there ever were.
SELECT e.id, e.type, e.order_id, e.ref_id, e.processed_at IS NOT NULL AS settled, e.payload::text AS payload,
       c.state AS call_state, c.lease_until > now() AS leased,
       EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked,
       EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = b.id AND p.released_at IS NULL) AS booking_parked,
       b.id AS booking_id, b.processed_at IS NOT NULL AS booking_settled, b.outcome AS booking_outcome, b.call_state AS booking_call_state
FROM event_store e
LEFT JOIN outbound_calls c ON c.event_id = e.id
LEFT JOIN LATERAL (
    SELECT booking.id, booking.processed_at, booking.outcome, bc.state AS call_state
    FROM event_store booking
    LEFT JOIN outbound_calls bc ON bc.event_id = booking.id
    WHERE e.type = 'BOOKING_CANCEL_REQUEST' AND booking.effect_key IS NOT NULL
      AND booking.effect_key = 'book:' || e.order_id || ':' || COALESCE(e.payload ->> 'generation', '1')
    LIMIT 1
) b ON true
WHERE e.id = ANY ($1::bigint[])
