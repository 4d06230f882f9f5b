-- After a restore into another cluster its transactions count from elsewhere: rows that would lie ahead of the tail's edge for years
-- are put behind all others, in the order of their ids. Positions that clients hold from before are of no use any more.
BEGIN;
LOCK TABLE event_store, order_changes IN ACCESS EXCLUSIVE MODE;
ALTER TABLE event_store DISABLE TRIGGER USER;
UPDATE event_store SET transaction_id = pg_current_xact_id() WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot());
ALTER TABLE event_store ENABLE TRIGGER USER;
UPDATE order_changes SET transaction_id = pg_current_xact_id() WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot());
COMMIT
