-- Below `edge` all transactions have ended; from `ahead` on none has begun.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS edge, pg_snapshot_xmax(pg_current_snapshot())::text AS ahead
