-- What a preview counted: parked for this reason, not later than then.
SELECT event_id FROM parked_events WHERE released_at IS NULL AND reason = $1::text AND since <= $2::timestamptz ORDER BY event_id LIMIT $3::int
