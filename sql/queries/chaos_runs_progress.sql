-- What the run says of itself; answers whether it is to end.
UPDATE chaos_runs SET progress = COALESCE($2::text::json, progress) WHERE id = $1::bigint RETURNING cancel_asked
