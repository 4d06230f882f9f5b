-- Events that change no order: kept, tied to their order where there is one.
UPDATE event_store e
SET processed_at = now(), outcome = 'recorded', outcome_detail = 'this topic changes no order',
    order_id = (SELECT o.id FROM orders o WHERE o.ref_id = e.ref_id AND o.source = 'shopify')
WHERE e.id = ANY ($1::bigint[]) AND e.outcome IS NULL
