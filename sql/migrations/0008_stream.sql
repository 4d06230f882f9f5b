-- Which orders changed, for the stream: one row an order, with the transaction that wrote it last. Beside `orders`, so that its
-- updates need not touch that table's indexes. Read like the tail of events, below the oldest open transaction (design §3).
CREATE TABLE order_changes (
    order_id uuid PRIMARY KEY,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX order_changes_tail ON order_changes (transaction_id);
