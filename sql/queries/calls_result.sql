-- A result counts for one's own attempt only. What was answered about a forgotten order is not kept.
UPDATE outbound_calls c
SET state = t.state, http_status = t.http_status,
    answer = CASE WHEN (SELECT f.event_id FROM forgotten_orders f WHERE f.order_id = c.order_id) IS NULL THEN t.answer END,
    took_ms = t.took_ms, lease_until = now(), updated_at = now()
FROM unnest($1::bigint[], $2::int[], $3::text[], $4::int[], $5::text[], $6::int[])
    AS t (event_id, attempt, state, http_status, answer, took_ms)
WHERE c.event_id = t.event_id AND c.attempt = t.attempt AND c.owner = $7::text AND c.state NOT IN ('accepted', 'refused')
RETURNING c.event_id
