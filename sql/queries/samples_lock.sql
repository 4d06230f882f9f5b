-- For as long as the connection lives: one process samples.
SELECT pg_try_advisory_lock(hashtext('orders-orchestrator queue_samples'))
