SELECT erase_events($1::bigint[]) AS events
