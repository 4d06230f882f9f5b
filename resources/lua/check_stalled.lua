-- BullMQ's own check for stalled jobs (§6), shared with every worker of the queue by its guard. ARGV: now, guard ms, how many
-- stalls a job may have. Returns {ids given back to the queue}, or nothing if somebody else checked within the guard's time.
if not redis.call('SET', P .. 'stalled-check', ARGV[1], 'NX', 'PX', ARGV[2]) then
    return false
end
local meta = readMeta()
redis.call('XTRIM', P .. 'events', 'MAXLEN', '~', meta.maxLen)
local suspects = redis.call('SMEMBERS', P .. 'stalled')
redis.call('DEL', P .. 'stalled')
local stalled = {}
for _, id in ipairs(suspects) do
    if giveBackStalled(meta, id, tonumber(ARGV[3])) then
        stalled[#stalled + 1] = id
    end
end
if #stalled > 0 then
    signalWork(meta)
end
local active = redis.call('LRANGE', P .. 'active', 0, -1)
for from = 1, #active, 5000 do
    redis.call('SADD', P .. 'stalled', unpack(active, from, math.min(from + 4999, #active)))
end
return stalled
