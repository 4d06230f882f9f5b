-- Transactions that have read what is remembered, and may have done so before the newest of it; with $1, only those of these that are
-- still open. A statement locks what it reads before it takes its snapshot, and the lock is held until the transaction's end: who is not
-- among them sees everything. Nobody has to wait behind us, as he would behind a lock of our own.
SELECT DISTINCT l.virtualtransaction
FROM pg_locks l
WHERE l.locktype = 'relation' AND l.mode = 'AccessShareLock' AND l.granted AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.relation IN ('tombstones'::regclass, 'forgotten_orders'::regclass)
  AND ($1::text[] IS NULL OR l.virtualtransaction = ANY ($1::text[]))
