DELETE FROM queue_samples
WHERE queue = ANY ($1::text[]) AND ((seconds = 1 AND at < now() - interval '1 hour') OR (seconds = 60 AND at < now() - interval '14 days'))
