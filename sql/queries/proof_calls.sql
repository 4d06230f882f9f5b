-- The call ledger as lines of JSON, without what was sent and answered.
SELECT (to_jsonb(c) - 'request_body' - 'answer' || jsonb_build_object('table', 'outbound_calls'))::text AS line
FROM outbound_calls c
ORDER BY c.event_id
