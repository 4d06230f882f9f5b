-- What the run says of itself; answers whether it is to end: somebody wants it, or others took its process for dead.
UPDATE chaos_runs SET progress = COALESCE($2::text::json, progress) WHERE id = $1::bigint RETURNING cancel_asked OR state <> 'running' AS ends
