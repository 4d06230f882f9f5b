-- Nothing of this attempt left the process: a first claim never was, a later one gives its lease back.
WITH given_back AS (
    UPDATE outbound_calls c SET lease_until = now(), updated_at = now()
    FROM unnest($1::bigint[], $2::int[]) AS t (event_id, attempt)
    WHERE c.event_id = t.event_id AND c.attempt = t.attempt AND c.owner = $3::text AND c.attempt > 1
)
DELETE FROM outbound_calls c USING unnest($1::bigint[], $2::int[]) AS t (event_id, attempt)
WHERE c.event_id = t.event_id AND c.attempt = t.attempt AND c.owner = $3::text AND c.attempt = 1 AND c.state = 'intent'
