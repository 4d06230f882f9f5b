SELECT event_id, reason, detail, since, released_at, released_by, release_reason FROM parked_events WHERE event_id = ANY ($1::bigint[]) ORDER BY id
