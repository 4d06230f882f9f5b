-- The last refusals that other processes told of.
SELECT (r.value ->> 'at')::timestamptz AS at, r.value::text AS refusal
FROM service_instances i, json_array_elements(i.refusals) r
WHERE i.instance <> $1::text
ORDER BY 1 DESC
LIMIT $2::int
