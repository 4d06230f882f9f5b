-- Who holds the tail back: the open transaction with the oldest id, in any database of the server, once it is older than two seconds;
-- pid 0: a prepared one. Sessions of other roles are seen only by members of pg_read_all_stats.
SELECT h.pid, (extract(epoch FROM now() - h.since) * 1000)::bigint AS age_ms, h.application
FROM (SELECT a.pid::bigint AS pid, a.xact_start AS since, COALESCE(a.application_name, '') AS application, age(a.backend_xid) AS age
      FROM pg_stat_activity a
      WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid()
      UNION ALL
      SELECT 0, p.prepared, 'prepared transaction ' || p.gid, age(p.transaction) FROM pg_prepared_xacts p) h
WHERE h.since < now() - interval '2 seconds'
ORDER BY h.age DESC
LIMIT 1
