SELECT e.payload ->> 'courier', e.ref_id FROM event_store e
WHERE e.id = $1::bigint AND e.source = 'courier' AND e.order_id IS NULL AND e.processed_at IS NULL AND e.payload ->> 'courier' IS NOT NULL AND e.ref_id IS NOT NULL
