-- What somebody processed meanwhile is left out: an event is never both. The lock waits for whoever is about to.
-- What was answered about a forgotten order is not kept.
WITH open AS (
    SELECT id, order_id FROM event_store WHERE id = ANY ($1::bigint[]) AND processed_at IS NULL ORDER BY id FOR UPDATE
)
INSERT INTO parked_events (event_id, reason, detail)
SELECT t.event_id, t.reason,
       CASE WHEN t.reason IN ('refused', 'attempts_exhausted')
                 AND (SELECT f.event_id FROM forgotten_orders f WHERE f.order_id = open.order_id) IS NOT NULL THEN 'erased' ELSE t.detail END
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (event_id, reason, detail)
JOIN open ON open.id = t.event_id
ON CONFLICT DO NOTHING
