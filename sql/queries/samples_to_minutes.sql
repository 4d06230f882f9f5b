-- The minutes that are over and not summed up yet.
INSERT INTO queue_samples (at, seconds, queue, waiting, active, delayed, failed, oldest_ms, finished)
SELECT date_trunc('minute', s.at), 60, s.queue, round(avg(s.waiting)), round(avg(s.active)), round(avg(s.delayed)), max(s.failed), max(s.oldest_ms), sum(s.finished)
FROM queue_samples s
WHERE s.seconds = 1 AND s.queue = ANY ($1::text[]) AND s.at < date_trunc('minute', now()) AND s.at >= date_trunc('minute', now()) - interval '10 minutes'
GROUP BY date_trunc('minute', s.at), s.queue
ON CONFLICT DO NOTHING
