-- Local to the transaction; $1 in milliseconds as text.
SELECT set_config('lock_timeout', $1::text, true)
