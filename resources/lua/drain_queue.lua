-- §13 drain. ARGV: 1 if delayed jobs go too, how many at most. Returns {how many were looked at, how many went}; without events,
-- as BullMQ does it.
local left = tonumber(ARGV[2])
local looked, count = 0, 0

local function drop(command, key, ids)
    looked = looked + #ids
    for _, id in ipairs(ids) do
        if not isSchedulersPendingJob(id) then
            redis.call(command, key, unpack(command == 'LREM' and { 0, id } or { id }))
            detachFromParent(id)
            freeDeduplication(id)
            deleteJob(id)
            count = count + 1
            left = left - 1
        end
    end
end

for _, list in ipairs({ 'wait', 'paused' }) do
    if left > 0 then
        drop('LREM', P .. list, redis.call('LRANGE', P .. list, -left, -1))
    end
end
for _, set in ipairs(ARGV[1] == '1' and { 'prioritized', 'delayed' } or { 'prioritized' }) do
    if left > 0 then
        drop('ZREM', P .. set, redis.call('ZRANGE', P .. set, 0, left - 1))
    end
end
return { looked, count }
