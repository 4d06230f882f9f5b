-- T3 alone, for a queue whose workers are not asking. ARGV: now.
promoteDue(readMeta(), tonumber(ARGV[1]))
return nextDue() or 0
