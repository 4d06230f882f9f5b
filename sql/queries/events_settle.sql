UPDATE event_store e
SET processed_at = now(), outcome = t.outcome, outcome_detail = t.detail, order_id = COALESCE(t.order_id, e.order_id)
FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[]) AS t (id, order_id, outcome, detail)
WHERE e.id = t.id AND e.processed_at IS NULL
