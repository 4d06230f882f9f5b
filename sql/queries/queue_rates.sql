-- Jobs that ended in the last minute, and that came: what ended, and what is there more than before. Jobs that other programs'
-- workers end are in neither.
SELECT s.queue, sum(s.finished)::bigint AS finished,
       GREATEST(sum(s.finished) + (array_agg(s.waiting + s.active + s.delayed ORDER BY s.at DESC))[1] - (array_agg(s.waiting + s.active + s.delayed ORDER BY s.at))[1], 0)::bigint AS added
FROM queue_samples s
WHERE s.seconds = 1 AND s.queue = ANY ($1::text[]) AND s.at >= now() - interval '60 seconds'
GROUP BY s.queue
