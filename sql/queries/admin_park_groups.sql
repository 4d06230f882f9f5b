SELECT reason, count(*) AS count, min(since) AS first, max(since) AS last FROM parked_events WHERE released_at IS NULL GROUP BY reason ORDER BY count(*) DESC, reason
