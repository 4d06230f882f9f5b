-- Whether there are rows of transactions that this cluster has not reached: it was restored from another one (design §3).
SELECT COALESCE((SELECT transaction_id FROM event_store ORDER BY transaction_id DESC, id DESC LIMIT 1) >= pg_snapshot_xmax(pg_current_snapshot()), false)
    OR COALESCE((SELECT transaction_id FROM order_changes ORDER BY transaction_id DESC LIMIT 1) >= pg_snapshot_xmax(pg_current_snapshot()), false) AS restored
