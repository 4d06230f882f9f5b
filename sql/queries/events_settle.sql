-- A settled event is not parked any more. (`outcome IS NULL` and not `processed_at IS NULL`: the planner must not take the outbox
-- index, which is full of entries that just died.)
WITH settled AS (
    SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[]) AS t (id, order_id, outcome, detail)
), released AS (
    UPDATE parked_events p SET released_at = now(), released_by = 'orchestratord', release_reason = 'settled'
    FROM settled WHERE p.event_id = settled.id AND p.released_at IS NULL
)
UPDATE event_store e
SET processed_at = now(), outcome = t.outcome, outcome_detail = t.detail, order_id = COALESCE(t.order_id, e.order_id)
FROM settled t
WHERE e.id = t.id AND e.outcome IS NULL
