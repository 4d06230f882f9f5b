-- What of a chaos run is not settled yet, by type. A courier event of an order that nobody
-- booked at the courier waits for good reason: apart.
SELECT CASE WHEN e.source = 'courier' AND e.order_id IS NULL
             AND NOT EXISTS (SELECT 1 FROM event_store b WHERE b.order_id = o.id AND b.source = 'internal'
                             AND b.type = 'BOOKING_CREATE_REQUEST' AND b.outcome IS DISTINCT FROM 'superseded') THEN 'unbooked'
            ELSE e.type END AS kind, count(*) AS open
FROM unnest($1::text[], $2::text[]) AS run (ref_id, tracking_number)
LEFT JOIN orders o ON o.ref_id = run.ref_id AND o.source = 'shopify'
JOIN event_store e ON (e.ref_id IN (run.ref_id, run.tracking_number) AND e.source <> 'internal')
                   OR (e.order_id = o.id AND e.source <> 'shopify')
WHERE e.processed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL)
GROUP BY 1
