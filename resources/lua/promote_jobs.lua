-- Delayed jobs become ready (T3, T10). ARGV: now, then what: `due`, `all` with a count, or ids. Returns the next due time for
-- `due`, {how many were looked at, how many moved} for `all`, else a code for each id (1, -3 not delayed).
local meta = readMeta()
if ARGV[2] == 'due' then
    promoteDue(meta, tonumber(ARGV[1]))
    return nextDue() or 0
end

local function promote(id)
    if redis.call('ZREM', P .. 'delayed', id) == 0 then
        return -3
    end
    enqueue(meta, id, priorityOf(id))
    redis.call('HSET', P .. id, 'delay', 0)
    emitTrimmed(meta, 'waiting', 'jobId', id, 'prev', 'delayed')
    return 1
end

local ids, codes, moved = {}, {}, 0
if ARGV[2] == 'all' then
    ids = redis.call('ZRANGE', P .. 'delayed', 0, tonumber(ARGV[3]) - 1)
else
    for i = 3, #ARGV do
        ids[#ids + 1] = ARGV[i]
    end
end
for i, id in ipairs(ids) do
    codes[i] = promote(id)
    moved = moved + (codes[i] == 1 and 1 or 0)
end
if moved > 0 then
    signalWork(meta)
end
return ARGV[2] == 'all' and { #ids, moved } or codes
