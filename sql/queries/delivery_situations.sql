-- All that decides the next step of effect events, read under their orders' locks.
SELECT e.id, e.type, e.order_id, e.ref_id, e.processed_at IS NOT NULL AS settled, e.payload::text AS payload,
       c.state AS call_state, c.lease_until > now() AS leased,
       EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked,
       EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = b.id AND p.released_at IS NULL) AS booking_parked,
       b.id AS booking_id, b.processed_at IS NOT NULL AS booking_settled, b.outcome AS booking_outcome, bc.state AS booking_call_state
FROM event_store e
LEFT JOIN outbound_calls c ON c.event_id = e.id
LEFT JOIN event_store b ON e.type = 'BOOKING_CANCEL_REQUEST'
    AND b.effect_key = 'book:' || e.order_id || ':' || COALESCE(e.payload ->> 'generation', '1') AND b.effect_key IS NOT NULL
LEFT JOIN outbound_calls bc ON bc.event_id = b.id
WHERE e.id = ANY ($1::bigint[])
