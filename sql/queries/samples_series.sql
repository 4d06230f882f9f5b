-- At most 300 points between two times: each the mean (of depths) or the maximum (of failures and ages) of its share, or
-- the sum (of jobs that ended in it).
SELECT to_timestamp(floor(extract(epoch FROM s.at) / $5::float8) * $5::float8) AS at, round(avg(s.waiting))::bigint AS waiting, round(avg(s.active))::bigint AS active,
       round(avg(s.delayed))::bigint AS delayed, max(s.failed) AS failed, max(s.oldest_ms) AS "oldestMs",
       sum(s.finished)::bigint AS finished
FROM queue_samples s
WHERE s.seconds = $1::smallint AND s.queue = $2::text AND s.at >= $3::timestamptz AND s.at < $4::timestamptz
GROUP BY 1
ORDER BY 1
LIMIT 301
