-- A call is claimed by one process at a time; the body is frozen by the first claim.
INSERT INTO outbound_calls AS c (event_id, order_id, idempotency_key, path, request_body, owner, lease_until, state)
SELECT t.event_id, t.order_id, t.key, t.path, t.body, $6::text, clock_timestamp() + make_interval(secs => $7::float8), 'intent'
FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[]) AS t (event_id, order_id, key, path, body)
ORDER BY t.event_id
ON CONFLICT (event_id) DO UPDATE
SET owner = excluded.owner, lease_until = excluded.lease_until, attempt = c.attempt + 1, state = 'unknown', updated_at = now()
WHERE c.lease_until < now() AND c.state IN ('intent', 'unknown')
RETURNING c.event_id, c.attempt, c.idempotency_key, c.path, c.request_body, c.state
