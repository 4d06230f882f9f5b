-- Law 5, each class by a predicate of its own: an event in none or in two of them is an error. Effect events are events too.
WITH classes AS (
    SELECT e.id,
           (e.processed_at IS NOT NULL AND e.outcome = 'applied')::int AS applied,
           (e.processed_at IS NOT NULL AND e.outcome = 'superseded')::int AS superseded,
           (e.processed_at IS NOT NULL AND e.outcome = 'recorded')::int AS recorded,
           (e.processed_at IS NOT NULL AND e.outcome = 'delivered')::int AS delivered,
           (e.processed_at IS NOT NULL AND e.outcome IS NULL)::int AS by_older_workers,
           (p.event_id IS NOT NULL)::int AS parked,
           (e.processed_at IS NULL AND p.event_id IS NULL)::int AS in_flight
    FROM event_store e
    LEFT JOIN parked_events p ON p.event_id = e.id AND p.released_at IS NULL
)
SELECT count(*) AS stored, sum(applied) AS applied, sum(superseded) AS superseded, sum(recorded) AS recorded, sum(delivered) AS delivered,
       sum(by_older_workers) AS by_older_workers, sum(parked) AS parked, sum(in_flight) AS in_flight,
       count(*) FILTER (WHERE applied + superseded + recorded + delivered + by_older_workers + parked + in_flight <> 1) AS wrong,
       COALESCE((array_agg(id::text ORDER BY id) FILTER (WHERE applied + superseded + recorded + delivered + by_older_workers + parked + in_flight <> 1))[1:100], '{}')::text AS wrong_ids
FROM classes
