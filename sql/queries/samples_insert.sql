INSERT INTO queue_samples (at, seconds, queue, waiting, active, delayed, failed, oldest_ms, finished)
SELECT date_trunc('second', now()), 1, t.* FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) AS t
ON CONFLICT DO NOTHING
