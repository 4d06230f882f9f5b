-- How often each delivery of a chaos run is in the event store.
SELECT e.delivery_id, count(*) AS events
FROM event_store e
WHERE e.delivery_id = ANY ($1::text[]) AND e.source IN ('shopify', 'courier')
GROUP BY 1
