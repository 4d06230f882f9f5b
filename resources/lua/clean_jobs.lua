-- §13 clean. ARGV: state, newest time that may go (epoch ms), how many at most. Returns the ids that were removed.
local state, newest, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local meta = readMeta()
local timeFields = { completed = { 'finishedOn', 'processedOn', 'timestamp' }, failed = { 'finishedOn', 'processedOn', 'timestamp' },
                     delayed = { 'processedOn', 'timestamp' }, prioritized = { 'timestamp' } }
local isList = { wait = true, paused = true, active = true }

local function candidates()
    if isList[state] then
        local ids = redis.call('LRANGE', P .. state, 0, -1)
        local oldestFirst = {}
        for i = #ids, 1, -1 do
            oldestFirst[#oldestFirst + 1] = ids[i]
        end
        return oldestFirst
    elseif state == 'completed' or state == 'failed' then
        return redis.call('ZRANGEBYSCORE', P .. state, 0, whole(newest), 'LIMIT', 0, limit)
    end
    return redis.call('ZRANGE', P .. state, 0, -1)
end

local function isOld(id)
    local times = redis.call('HMGET', P .. id, unpack(timeFields[state] or { 'finishedOn', 'processedOn', 'timestamp' }))
    for i = 1, 3 do
        if times[i] then
            return (tonumber(times[i]) or math.huge) <= newest
        end
    end
    return true -- an id without a hash
end

local removed = {}
for _, id in ipairs(candidates()) do
    if #removed >= limit then
        break
    end
    if redis.call('EXISTS', P .. id .. ':lock') == 0 and not isSchedulersPendingJob(id) and isOld(id) then
        redis.call(isList[state] and 'LREM' or 'ZREM', P .. state, unpack(isList[state] and { 0, id } or { id }))
        detachFromParent(id)
        freeDeduplication(id)
        deleteJob(id)
        removed[#removed + 1] = id
    end
end
emit('cleaned', 'count', #removed)
redis.call('XTRIM', P .. 'events', 'MAXLEN', '~', meta.maxLen)
return removed
