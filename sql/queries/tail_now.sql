-- The position behind everything that a tail would give now.
SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS transaction_id
