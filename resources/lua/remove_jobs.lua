-- T13. ARGV: ids. Returns a code for each: 1 removed, 0 locked by somebody (nothing done), -1 no hash, -4 it has children that
-- are not done (removing flows is refused), -8 the pending job of a scheduler.
local meta = readMeta()

local function isQueueKey(id)
    return id == 'meta' or string.match(id, '^metrics:') or string.match(id, '^repeat:[^:]*$')
end

local function takeOut(id)
    for _, list in ipairs({ 'wait', 'paused', 'active' }) do
        if redis.call('LREM', P .. list, 0, id) > 0 then
            return list
        end
    end
    for _, set in ipairs({ 'delayed', 'prioritized', 'completed', 'failed', 'waiting-children' }) do
        if redis.call('ZREM', P .. set, id) == 1 then
            return set
        end
    end
    return 'unknown'
end

local function remove(id)
    local kind = redis.call('TYPE', P .. id).ok -- ids come from people: none may name a key of the queue itself
    if kind ~= 'hash' or redis.call('HEXISTS', P .. id, 'timestamp') == 0 or isQueueKey(id) then
        return -1
    elseif isSchedulersPendingJob(id) then
        return -8
    elseif redis.call('EXISTS', P .. id .. ':lock') == 1 then
        return 0
    elseif redis.call('SCARD', P .. id .. ':dependencies') > 0 then
        return -4
    end
    local state = takeOut(id)
    detachFromParent(id)
    freeDeduplication(id)
    deleteJob(id)
    redis.call('SREM', P .. 'stalled', id)
    emitTrimmed(meta, 'removed', 'jobId', id, 'prev', state)
    return 1
end

local codes = {}
for i, id in ipairs(ARGV) do
    codes[i] = remove(id)
end
return codes
