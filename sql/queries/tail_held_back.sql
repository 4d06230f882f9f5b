-- Who holds the tail back: the oldest open transaction that has written, of this database.
SELECT a.pid::bigint AS pid, (extract(epoch FROM now() - a.xact_start) * 1000)::bigint AS age_ms, COALESCE(a.application_name, '') AS application
FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.backend_xid IS NOT NULL AND a.xact_start < now() - interval '2 seconds' AND a.pid <> pg_backend_pid()
ORDER BY a.xact_start
LIMIT 1
