-- Nothing of a run is older than it.
SELECT created_at FROM chaos_runs WHERE id = (CASE WHEN $1::text ~ '^chaos-run-[0-9]{1,18}$' THEN substr($1::text, 11) END)::bigint
