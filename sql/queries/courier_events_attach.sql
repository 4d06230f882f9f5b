-- Stored courier events that waited for these tracking numbers belong to their order from now on; their parks are released.
WITH attached AS (
    UPDATE event_store e SET order_id = t.order_id
    FROM unnest($1::text[], $2::text[], $3::uuid[]) AS t (courier, tracking_number, order_id)
    WHERE e.ref_id = t.tracking_number AND e.source = 'courier' AND e.source <> 'internal' AND e.payload ->> 'courier' = t.courier
      AND e.order_id IS NULL AND e.outcome IS NULL
      AND NOT EXISTS (SELECT 1 FROM tracking_numbers other
                      WHERE other.courier = t.courier AND other.tracking_number = t.tracking_number AND other.order_id <> t.order_id)
    RETURNING e.id
), released AS (
    UPDATE parked_events p SET released_at = now(), released_by = 'orchestratord', release_reason = 'its order became known'
    FROM attached WHERE p.event_id = attached.id AND p.released_at IS NULL AND p.reason = 'unmatched'
)
SELECT id FROM attached
