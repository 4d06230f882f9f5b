-- What a courier had told under a number before a forgotten order took it. (Looked up by number, and only for such an order: a planner
-- whose statistics know no courier event yet would read all there ever were.)
SELECT erase_events(early.ids)
FROM (SELECT array_agg(e.id) AS ids
      FROM unnest($1::text[], $2::text[], $3::uuid[]) AS t (courier, tracking_number, order_id)
      CROSS JOIN LATERAL (SELECT f.event_id FROM forgotten_orders f WHERE f.order_id = t.order_id LIMIT 1) f
      CROSS JOIN LATERAL (SELECT e.id FROM event_store e
                          WHERE f.event_id IS NOT NULL AND e.ref_id = t.tracking_number AND e.source = 'courier' AND e.source <> 'internal'
                            AND e.payload ->> 'courier' = t.courier OFFSET 0) e) early
WHERE early.ids IS NOT NULL
