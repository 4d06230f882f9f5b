-- The event store as lines of JSON, without what is about people.
SELECT e.id, json_build_object('table', 'event_store', 'id', e.id, 'source', e.source, 'type', e.type, 'refId', e.ref_id, 'orderId', e.order_id, 'deliveryId', e.delivery_id,
                               'effectKey', e.effect_key, 'receivedAt', e.received_at, 'processedAt', e.processed_at, 'outcome', e.outcome)::text AS line
FROM event_store e
WHERE e.id > $1::bigint
ORDER BY e.id
LIMIT $2::int
