SELECT pg_advisory_unlock(hashtext('orders-orchestrator redaction'))
