WITH forgotten AS (
    DELETE FROM event_stalls WHERE event_id = ANY ($1::bigint[])
)
UPDATE parked_events SET released_at = now(), released_by = $2::text, release_reason = $3::text
WHERE event_id = ANY ($1::bigint[]) AND released_at IS NULL
RETURNING event_id, id
