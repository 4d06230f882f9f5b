SELECT received_at AS "receivedAt", repeated, headers::text AS headers, CASE WHEN $2::boolean THEN replace(encode(body, 'base64'), chr(10), '') END AS body
FROM deliveries
WHERE event_id = $1::bigint
ORDER BY id
LIMIT 200
