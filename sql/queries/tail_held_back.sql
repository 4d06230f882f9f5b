-- Who holds the tail back: the oldest open transaction that has written, in any database of the server; pid 0: a prepared one.
SELECT h.pid, (extract(epoch FROM now() - h.since) * 1000)::bigint AS age_ms, h.application
FROM (SELECT a.pid::bigint AS pid, a.xact_start AS since, COALESCE(a.application_name, '') AS application
      FROM pg_stat_activity a
      WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid()
      UNION ALL
      SELECT 0, p.prepared, 'prepared transaction ' || p.gid FROM pg_prepared_xacts p) h
WHERE h.since < now() - interval '2 seconds'
ORDER BY h.since
LIMIT 1
