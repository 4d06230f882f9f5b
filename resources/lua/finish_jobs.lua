-- Takes jobs out of `active`. ARGV: now, token, then id, action, text, delay for each. Actions:
--   done    T4 completed, not kept; text is the return value as JSON
--   fail    T4 failed, kept; text is the reason
--   retry   T5 / T6: one attempt used up, text is the reason, delay in ms
--   later   T6 manual: no attempt used up, delay in ms
--   release T7: back to the front of the queue, no attempt used up
-- Returns a code for each: 1 done, -1 no hash, -2 no lock, -3 not active, -6 somebody else's lock.
local now, token = tonumber(ARGV[1]), ARGV[2]
local meta = readMeta()
local codes, finishedAny, readyAny, delayedAny = {}, false, false, false

local function failureFields(id, reason)
    local trace = redis.call('HGET', P .. id, 'stacktrace')
    local ok, list = pcall(cjson.decode, trace or '[]')
    if not ok or type(list) ~= 'table' then
        list = {}
    end
    list[#list + 1] = reason
    while #list > 10 do
        table.remove(list, 1)
    end
    local encoded, text = pcall(cjson.encode, list)
    redis.call('HSET', P .. id, 'failedReason', reason, 'stacktrace', encoded and text or cjson.encode({ reason }))
end

-- Every worker's duty at finish (§15): the deduplication key of a job that ends is free again.
local function releaseDeduplication(id, deduplication)
    if not deduplication then
        return
    end
    local key = P .. 'de:' .. deduplication
    local ttl = redis.call('PTTL', key)
    if ttl == 0 or (ttl == -1 and redis.call('GET', key) == id) then
        redis.call('DEL', key)
    end
end

local function remove(id)
    redis.call('DEL', P .. id, P .. id .. ':lock', P .. id .. ':logs', P .. id .. ':dependencies', P .. id .. ':processed', P .. id .. ':failed',
               P .. id .. ':unsuccessful')
end

local function toDelayed(id, delay)
    local due = now + delay
    redis.call('HSET', P .. id, 'delay', string.format('%.0f', delay))
    addDelayed(id, due)
    emitTrimmed(meta, 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
    delayedAny = true
end

local function toFront(id)
    local priority = tonumber(redis.call('HGET', P .. id, 'priority') or 0) or 0
    if priority > 0 then
        redis.call('ZADD', P .. 'prioritized', string.format('%.0f', priority * 4294967296), id)
    else
        redis.call('RPUSH', meta.target, id)
    end
    emitTrimmed(meta, 'waiting', 'jobId', id, 'prev', 'active')
    readyAny = true
end

local function toBack(id)
    local priority = tonumber(redis.call('HGET', P .. id, 'priority') or 0) or 0
    if priority > 0 then
        addPrioritized(id, priority)
    else
        redis.call('LPUSH', meta.target, id)
    end
    emitTrimmed(meta, 'waiting', 'jobId', id, 'prev', 'active')
    readyAny = true
end

local actions = {}
function actions.done(id, text, _, deduplication)
    releaseDeduplication(id, deduplication)
    emit('completed', 'jobId', id, 'returnvalue', text, 'prev', 'active')
    remove(id)
    finishedAny = true
end
function actions.fail(id, text, _, deduplication)
    releaseDeduplication(id, deduplication)
    failureFields(id, text)
    local made = redis.call('HINCRBY', P .. id, 'atm', 1)
    redis.call('ZADD', P .. 'failed', ARGV[1], id)
    redis.call('HSET', P .. id, 'finishedOn', ARGV[1])
    redis.call('HDEL', P .. id, 'defa')
    emit('failed', 'jobId', id, 'failedReason', text, 'prev', 'active')
    local ok, opts = pcall(cjson.decode, redis.call('HGET', P .. id, 'opts') or '{}')
    local attempts = ok and type(opts) == 'table' and tonumber(opts.attempts) or 0
    if made >= attempts then
        emit('retries-exhausted', 'jobId', id, 'attemptsMade', made)
    end
    finishedAny = true
end
function actions.retry(id, text, delay)
    failureFields(id, text)
    redis.call('HINCRBY', P .. id, 'atm', 1)
    if delay > 0 then
        toDelayed(id, delay)
    else
        toBack(id)
    end
end
function actions.later(id, _, delay)
    toDelayed(id, delay)
end
function actions.release(id)
    toFront(id)
end

redis.call('XTRIM', P .. 'events', 'MAXLEN', '~', meta.maxLen)
local anyStalled = redis.call('EXISTS', P .. 'stalled') == 1
for i = 3, #ARGV, 4 do
    local id, action, text, delay = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
    local owner = redis.call('GET', P .. id .. ':lock')
    local job = redis.call('HMGET', P .. id, 'timestamp', 'name', 'deid')
    local code = 1
    if not job[1] and not job[2] then
        redis.call('LREM', P .. 'active', -1, id)
        code = -1
    elseif not owner then
        code = -2
    elseif owner ~= token then
        code = -6
    elseif redis.call('LREM', P .. 'active', -1, id) == 0 then
        code = -3
    else
        if anyStalled then
            redis.call('SREM', P .. 'stalled', id)
        end
        if action ~= 'done' then
            redis.call('DEL', P .. id .. ':lock')
            if action ~= 'fail' then
                redis.call('HDEL', P .. id, 'pb') -- whoever takes it next may write no name
            end
        end
        actions[action](id, text, delay, job[3])
    end
    codes[#codes + 1] = code
end
if readyAny or (meta.concurrency and redis.call('LLEN', P .. 'wait') > 0) then
    signalWork(meta)
end
if delayedAny then
    signalDelayed()
end
if finishedAny and redis.call('LLEN', P .. 'wait') == 0 and redis.call('LLEN', P .. 'active') == 0
    and redis.call('EXISTS', P .. 'prioritized') == 0 then
    emit('drained')
end
return codes
