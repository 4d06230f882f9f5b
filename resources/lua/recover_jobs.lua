-- Locks lost by our own processes, found outside BullMQ's shared guard (design §6). ARGV: prefix of our worker names, how many
-- stalls a job may have, then the ids that the last look (at least 500 ms ago) found without a lock. Those
-- still without one go back to the front of the queue.
-- Returns {{ids recovered}, {ids without a lock now}}.
local ours = ARGV[1]
local meta = readMeta()
local recovered, lockless = {}, {}
for i = 3, #ARGV do
    if giveBackStalled(meta, ARGV[i], tonumber(ARGV[2])) then
        recovered[#recovered + 1] = ARGV[i]
    end
end
if #recovered > 0 then
    signalWork(meta)
end
for _, id in ipairs(redis.call('LRANGE', P .. 'active', 0, -1)) do
    if redis.call('EXISTS', P .. id .. ':lock') == 0 then
        local worker = redis.call('HGET', P .. id, 'pb')
        if redis.call('EXISTS', P .. id) == 0 or worker and string.sub(worker, 1, #ours) == ours then
            lockless[#lockless + 1] = id
        end
    end
end
return { recovered, lockless }
