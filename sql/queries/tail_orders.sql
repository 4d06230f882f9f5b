-- Orders last changed by a transaction from $1 on and below an edge; a transaction is given whole.
SELECT c.transaction_id::text AS transaction_id, c.order_id, chaos_run_of_order(c.order_id) AS run
FROM order_changes c
WHERE c.transaction_id >= $1::text::xid8 AND c.transaction_id < $2::text::xid8
ORDER BY c.transaction_id
FETCH FIRST ($3::int) ROWS WITH TIES
