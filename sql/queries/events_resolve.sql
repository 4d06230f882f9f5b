-- What the jobs of a batch are about. For courier events, the orders that hold their tracking number.
SELECT e.id, e.source, e.type, e.ref_id, e.order_id, e.processed_at IS NOT NULL AS settled, (extract(epoch FROM now() - e.received_at) * 1000000)::bigint AS age_us,
       EXISTS (SELECT 1 FROM parked_events p WHERE p.event_id = e.id AND p.released_at IS NULL) AS parked,
       CASE WHEN e.source = 'courier' AND e.order_id IS NULL THEN
           (SELECT array_agg(t.order_id) FROM tracking_numbers t
            WHERE t.courier = e.payload ->> 'courier' AND t.tracking_number = e.ref_id) END AS candidates
FROM unnest($1::bigint[]) AS job (id)
JOIN event_store e ON e.id = job.id
