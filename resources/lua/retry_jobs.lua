-- Finished jobs run again (T8, T9). ARGV: state (failed or completed), reset atm (1), reset ats (1), count (0: the ids that
-- follow), highest score, ids. Returns a code for each id (1, -1 no hash, -3 not in that state); with a count, {how many were
-- looked at, how many moved}.
local state, resetMade, resetStarted, count = ARGV[1], ARGV[2] == '1', ARGV[3] == '1', tonumber(ARGV[4])
local meta = readMeta()

-- A retried child counts among its parent's dependencies again (§17).
local function reattach(id)
    local parent = parentOf(id)
    if not parent or redis.call('EXISTS', parent.key) == 0 then
        return
    end
    local J = P .. id
    if redis.call('HDEL', parent.key .. ':processed', J) + redis.call('HDEL', parent.key .. ':failed', J)
        + redis.call('ZREM', parent.key .. ':unsuccessful', J) > 0 then
        redis.call('SADD', parent.key .. ':dependencies', J)
    end
end

local function retry(id)
    if redis.call('ZREM', P .. state, id) == 0 then
        return redis.call('EXISTS', P .. id) == 0 and -1 or -3
    elseif redis.call('EXISTS', P .. id) == 0 then
        return -1 -- a ghost (§17), now gone
    end
    redis.call('HDEL', P .. id, 'finishedOn', 'processedOn', 'pb', state == 'failed' and 'failedReason' or 'returnvalue')
    if resetMade then
        redis.call('HDEL', P .. id, 'atm')
    end
    if resetStarted then
        redis.call('HDEL', P .. id, 'ats')
    end
    reattach(id)
    local job = redis.call('HMGET', P .. id, 'priority', 'opts')
    local priority = tonumber(job[1] or 0) or 0
    enqueue(meta, id, priority, priority == 0 and decoded(job[2]).lifo)
    emitTrimmed(meta, 'waiting', 'jobId', id, 'prev', state)
    return 1
end

local ids = {}
if count > 0 then
    ids = redis.call('ZRANGEBYSCORE', P .. state, 0, ARGV[5], 'LIMIT', 0, count)
else
    for i = 6, #ARGV do
        ids[#ids + 1] = ARGV[i]
    end
end
local codes, moved = {}, 0
for i, id in ipairs(ids) do
    codes[i] = retry(id)
    moved = moved + (codes[i] == 1 and 1 or 0)
end
if moved > 0 then
    signalWork(meta)
end
return count > 0 and { #ids, moved } or codes
