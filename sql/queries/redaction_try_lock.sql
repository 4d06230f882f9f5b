-- One process at a time carries out requests.
SELECT pg_try_advisory_lock(hashtext('orders-orchestrator redaction')) AS mine
