-- Takes jobs out of `active`. ARGV: now, token, data points of metrics (0: none kept), opts JSON whose removeOnComplete and
-- removeOnFail hold for jobs that name none, then id, action, text, delay for each. Actions:
--   done    T4 completed; text is the return value as JSON
--   fail    T4 failed; text is the reason
--   retry   T5 / T6: one attempt used up, text is the reason, delay in ms
--   later   T6 manual: no attempt used up, delay in ms
--   release T7: back to the front of the queue, no attempt used up
-- Returns a code for each: 1 done, -1 no hash, -2 no lock, -3 not active, -4 children pending, -6 somebody else's lock,
-- -9 children failed.
local now, token, metricPoints, retention = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), decoded(ARGV[4])
local meta = readMeta()
local codes, finished, readyAny, delayedAny = {}, { completed = 0, failed = 0 }, false, false
local retentions = { completed = {}, failed = {} } -- what finished jobs asked for, each once
local optsByText, gone = {}, {} -- keys of jobs that are not kept
local owners, anyHasMore -- by askTogether()

local function optsOf(text)
    local opts = optsByText[text]
    if not opts then
        opts = decoded(text)
        optsByText[text] = opts
    end
    return opts
end

local function writeFailure(id, reason, opts)
    local list = decoded(redis.call('HGET', P .. id, 'stacktrace') or '[]')
    list[#list + 1] = reason
    local limit = math.max(tonumber(opts.stackTraceLimit) or 100, 0)
    while #list > limit do
        table.remove(list, 1)
    end
    local ok, text = pcall(cjson.encode, list)
    redis.call('HSET', P .. id, 'failedReason', reason, 'stacktrace', #list == 0 and '[]' or ok and text or '[]')
end

-- §15: the key of a job that ends is free again, and what waited for its end is made.
local function releaseDeduplication(id, deduplication)
    if not deduplication then
        return
    end
    local key, waitingKey = P .. 'de:' .. deduplication, P .. 'dn:' .. deduplication
    local ttl = redis.call('PTTL', key)
    if ttl == 0 or (ttl == -1 and redis.call('GET', key) == id) then
        redis.call('DEL', key)
    end
    local h = redis.call('HMGET', waitingKey, 'name', 'data', 'opts', 'jid', 'pk', 'pd', 'pdk')
    if not h[1] then
        return
    end
    local number = redis.call('INCR', P .. 'id')
    local nextId = h[4] and h[4] ~= '' and h[4] or whole(number)
    local opts = optsOf(h[3] or '{}')
    local delay, priority = tonumber(opts.delay) or 0, tonumber(opts.priority) or 0
    storeJob({ id = nextId, name = h[1], data = h[2] or '{}', opts = h[3] or '{}', timestamp = ARGV[1], delay = whole(delay),
               priority = whole(priority), deduplication = deduplication })
    if h[5] then
        redis.call('HSET', P .. nextId, 'parentKey', h[5], 'parent', h[6] or '{}')
    end
    if h[7] then
        redis.call('SADD', h[7], P .. nextId)
    end
    if delay > 0 then
        addDelayed(nextId, now + delay)
        emitTrimmed(meta, 'delayed', 'jobId', nextId, 'delay', whole(now + delay))
        delayedAny = true
    else
        enqueue(meta, nextId, priority, opts.lifo)
        emitTrimmed(meta, 'waiting', 'jobId', nextId)
        readyAny = true
    end
    redis.call('SET', key, nextId)
    redis.call('DEL', waitingKey)
end

-- §17: what a finished child owes its parent.
local function tellParentOfSuccess(id, value)
    local parent = parentOf(id)
    if parent and dropDependency(parent, id) then
        redis.call('HSET', parent.key .. ':processed', P .. id, value)
        releaseIfDone(parent)
    end
end

local function failParent(parent, id)
    redis.call('ZADD', parent.key .. ':unsuccessful', ARGV[1], P .. id)
    if redis.call('EXISTS', parent.key) == 1 and not redis.call('ZSCORE', parent.prefix .. 'failed', parent.id) then
        redis.call('HSET', parent.key, 'defa', 'child ' .. P .. id .. ' failed')
    end
    if redis.call('ZREM', parent.prefix .. 'delayed', parent.id) == 1 then
        redis.call('HSET', parent.key, 'delay', 0)
        redis.call('ZADD', parent.prefix .. 'waiting-children', ARGV[1], parent.id)
    end
    releaseParent(parent.prefix, parent.id)
end

local function tellParentOfFailure(id, reason)
    local parent = parentOf(id)
    local flags = parent and parent.flags
    if not parent or not (flags.fpof or flags.cpof or flags.idof or flags.rdof) or not dropDependency(parent, id) then
        return
    end
    if flags.fpof then
        return failParent(parent, id)
    end
    if flags.cpof or flags.idof then
        redis.call('HSET', parent.key .. ':failed', P .. id, reason)
    end
    if flags.cpof then
        releaseParent(parent.prefix, parent.id)
    else
        releaseIfDone(parent)
    end
end

-- §13. Nil: for ever.
local function keepingOf(option, default)
    if option == nil then
        option = default
    end
    if option == true then
        return { count = 0 }
    elseif type(option) == 'number' then
        return { count = option }
    elseif type(option) ~= 'table' then
        return nil
    end
    return { count = tonumber(option.count), age = tonumber(option.age), limit = tonumber(option.limit) }
end

local function dropFinished(state, ids)
    for _, id in ipairs(ids) do
        redis.call('ZREM', P .. state, id)
        detachFromParent(id)
        deleteJob(id)
    end
end

local function applyRetention(state, keep)
    if keep.age then
        dropFinished(state, redis.call('ZRANGEBYSCORE', P .. state, 0, whole(now - keep.age * 1000), 'LIMIT', 0, keep.limit or 1000))
    end
    if keep.count and keep.count >= 0 then
        local excess = redis.call('ZCARD', P .. state) - keep.count
        if excess > 0 then
            dropFinished(state, redis.call('ZRANGE', P .. state, 0, math.min(excess, 1000) - 1))
        end
    end
end

-- T4's last part: kept in its state for as long as its options say, or gone.
local function settle(id, state, keep, field, text, job)
    finished[state] = finished[state] + 1
    if keep and keep.count == 0 then
        if job[5] then
            detachFromParent(id)
        end
        if anyHasMore then
            keysOfJob(id, gone)
        else
            gone[#gone + 1] = P .. id
        end
    else
        redis.call('HINCRBY', P .. id, 'atm', 1)
        redis.call('ZADD', P .. state, ARGV[1], id)
        redis.call('HSET', P .. id, field, text, 'finishedOn', ARGV[1])
        if keep then
            retentions[state][(keep.count or '') .. ':' .. (keep.age or '')] = keep
        end
    end
    emit(state, 'jobId', id, field, text, 'prev', 'active')
end

local function toDelayed(id, delay)
    redis.call('HSET', P .. id, 'delay', whole(delay))
    addDelayed(id, now + delay)
    emitTrimmed(meta, 'delayed', 'jobId', id, 'delay', whole(now + delay))
    delayedAny = true
end

local function toWaiting(id)
    emitTrimmed(meta, 'waiting', 'jobId', id, 'prev', 'active')
    readyAny = true
end

local actions = {}
function actions.done(id, text, _, opts, job)
    releaseDeduplication(id, job[3])
    if job[5] then
        tellParentOfSuccess(id, text)
    end
    settle(id, 'completed', keepingOf(opts.removeOnComplete, retention.removeOnComplete), 'returnvalue', text, job)
end
function actions.fail(id, text, _, opts, job)
    writeFailure(id, text, opts)
    releaseDeduplication(id, job[3])
    if job[5] then
        tellParentOfFailure(id, text)
    end
    redis.call('HDEL', P .. id, 'defa')
    local made = (tonumber(redis.call('HGET', P .. id, 'atm') or 0) or 0) + 1
    settle(id, 'failed', keepingOf(opts.removeOnFail, retention.removeOnFail), 'failedReason', text, job)
    if made >= (tonumber(opts.attempts) or 0) then
        emit('retries-exhausted', 'jobId', id, 'attemptsMade', made)
    end
end
function actions.retry(id, text, delay, opts)
    writeFailure(id, text, opts)
    redis.call('HINCRBY', P .. id, 'atm', 1)
    if delay > 0 then
        toDelayed(id, delay)
    else
        enqueue(meta, id, priorityOf(id), opts.lifo)
        toWaiting(id)
    end
end
function actions.later(id, _, delay)
    toDelayed(id, delay)
end
function actions.release(id) -- before its equals
    local priority = priorityOf(id)
    if priority > 0 then
        redis.call('ZADD', P .. 'prioritized', whole(priority * 4294967296), id)
    else
        redis.call('RPUSH', meta.target, id)
    end
    toWaiting(id)
end

-- What is asked once for the whole batch: who holds the locks, and whether any of the jobs has children or logs.
local function askTogether()
    local locks, more = {}, {}
    for i = 5, #ARGV, 4 do
        local J, n = P .. ARGV[i], #more
        locks[#locks + 1] = J .. ':lock'
        more[n + 1], more[n + 2], more[n + 3] = J .. ':dependencies', J .. ':unsuccessful', J .. ':logs'
        more[n + 4], more[n + 5] = J .. ':processed', J .. ':failed'
    end
    if #locks == 0 then
        return {}, false
    end
    return redis.call('MGET', unpack(locks)), redis.call('EXISTS', unpack(more)) > 0
end
owners, anyHasMore = askTogether()

-- `active` is read once and written once; a job is looked for from the oldest end. For few jobs one by one is cheaper.
local active, activeAt, leftActive = nil, {}, 0
if #owners >= 16 then
    active = redis.call('LRANGE', P .. 'active', 0, -1)
    for at, id in ipairs(active) do
        activeAt[id] = at
    end
end

local function leaveActive(id)
    if not active then
        return redis.call('LREM', P .. 'active', -1, id) == 1
    end
    local at = activeAt[id]
    if not at then
        return false
    end
    active[at], activeAt[id] = false, nil
    leftActive = leftActive + 1
    return true
end

local function writeActive()
    if leftActive == 0 then
        return
    end
    local left = {}
    for _, id in ipairs(active) do
        if id then
            left[#left + 1] = id
        end
    end
    redis.call('DEL', P .. 'active')
    for from = 1, #left, 5000 do
        redis.call('RPUSH', P .. 'active', unpack(left, from, math.min(from + 4999, #left)))
    end
end

-- Why this job may not end now; nothing is changed before.
local function refusal(id, action, job, owner)
    if not job[1] and not job[2] then
        leaveActive(id)
        return -1
    end
    if action == 'done' and anyHasMore and redis.call('EXISTS', P .. id .. ':dependencies', P .. id .. ':unsuccessful') > 0 then
        return redis.call('SCARD', P .. id .. ':dependencies') > 0 and -4 or -9
    end
    if not owner then
        return -2
    elseif owner ~= token then
        return -6
    elseif not leaveActive(id) then
        return -3
    end
end

local function countMetrics(state, count) -- §16
    local key = P .. 'metrics:' .. state
    local before = redis.call('HINCRBY', key, 'count', count) - count
    local h = redis.call('HMGET', key, 'prevTS', 'prevCount')
    if not h[1] then
        redis.call('HSET', key, 'prevTS', ARGV[1], 'prevCount', 0)
        return
    end
    local minutes = math.min(math.floor(now / 60000) - math.floor(tonumber(h[1]) / 60000), metricPoints)
    if minutes > 0 then
        redis.call('LPUSH', key .. ':data', before - (tonumber(h[2]) or 0))
        for _ = 2, minutes do
            redis.call('LPUSH', key .. ':data', 0)
        end
        redis.call('LTRIM', key .. ':data', 0, metricPoints - 1)
        redis.call('HSET', key, 'prevCount', before, 'prevTS', ARGV[1])
    end
end

trimEvents(meta)
local anyStalled = redis.call('EXISTS', P .. 'stalled') == 1
for i = 5, #ARGV, 4 do
    local id, action, text, delay = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
    local job = redis.call('HMGET', P .. id, 'timestamp', 'name', 'deid', 'opts', 'parentKey')
    local code = refusal(id, action, job, owners[(i - 1) / 4])
    if not code then
        code = 1
        gone[#gone + 1] = P .. id .. ':lock'
        if anyStalled then
            redis.call('SREM', P .. 'stalled', id)
        end
        if action ~= 'done' and action ~= 'fail' then
            redis.call('HDEL', P .. id, 'pb') -- whoever takes it next may write no name
        end
        actions[action](id, text, delay, optsOf(job[4] or '{}'), job)
    end
    codes[#codes + 1] = code
end
writeActive()
for from = 1, #gone, 5000 do
    redis.call('DEL', unpack(gone, from, math.min(from + 4999, #gone)))
end
for state, asked in pairs(retentions) do
    for _, keep in pairs(asked) do
        applyRetention(state, keep)
    end
    if metricPoints > 0 and finished[state] > 0 then
        countMetrics(state, finished[state])
    end
end
local isEmpty = redis.call('LLEN', P .. 'wait') == 0 and redis.call('EXISTS', P .. 'prioritized') == 0
if readyAny or (meta.concurrency and not isEmpty) then
    signalWork(meta)
end
if delayedAny then
    signalDelayed()
end
if finished.completed + finished.failed > 0 and isEmpty and redis.call('LLEN', P .. 'active') == 0 then
    emit('drained')
end
return codes
