-- Every index is paid for with each row. Deliveries are read by event only; a call's key and order follow from its event, and
-- open calls are found by the outbox, so that writing a call's result changes no index.
ALTER TABLE deliveries DROP CONSTRAINT deliveries_pkey;
DROP INDEX deliveries_event;
ALTER TABLE deliveries ADD PRIMARY KEY (event_id, id);
ALTER TABLE outbound_calls DROP CONSTRAINT outbound_calls_key_once;
DROP INDEX outbound_calls_order;
DROP INDEX outbound_calls_open;
ALTER TABLE outbound_calls SET (fillfactor = 60);
