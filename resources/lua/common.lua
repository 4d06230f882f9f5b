-- The shared part of every script: BullMQ's queue state machine (reference: bullmq-wire-format.md; the numbers are its sections).
-- KEYS[1] is the queue's prefix with its last colon, `bull:<queue>:`; all other keys are built from it.
local P = KEYS[1] -- changes only inside inQueue()

local function whole(number)
    return string.format('%.0f', number)
end

-- A null stands for what is not there; cjson's own would count as true.
local function withoutNulls(value)
    for key, member in pairs(value) do
        if member == cjson.null then
            value[key] = nil
        elseif type(member) == 'table' then
            withoutNulls(member)
        end
    end
    return value
end

-- The table that a JSON text stands for; an empty one for anything else.
local function decoded(text)
    local ok, value = pcall(cjson.decode, text or '{}')
    return ok and type(value) == 'table' and withoutNulls(value) or {}
end

local function keepsPausedJobsApart(version) -- §9: where another worker of this major looks for them
    local major = tonumber(string.match(version, '^bullmq:(%d+)'))
    return major and major <= 5
end

local function readMeta()
    local m = redis.call('HMGET', P .. 'meta', 'paused', 'concurrency', 'max', 'duration', 'version', 'opts.maxLenEvents')
    if not tonumber(m[6] or nil) then
        redis.call('HSET', P .. 'meta', 'opts.maxLenEvents', 10000)
        m[6] = '10000'
    end
    local meta = { paused = m[1] ~= false, concurrency = tonumber(m[2] or nil), max = tonumber(m[3] or nil),
                   duration = tonumber(m[4] or nil), version = m[5] or '', maxLen = m[6] }
    meta.target = P .. 'wait'
    if meta.paused then -- §9: which list takes new jobs while the queue is paused
        local waiting, paused = redis.call('LLEN', P .. 'wait'), redis.call('LLEN', P .. 'paused')
        if paused > 0 or (waiting == 0 and keepsPausedJobsApart(meta.version)) then
            meta.target = P .. 'paused'
        end
    end
    return meta
end

local function isMaxed(meta)
    return meta.concurrency and redis.call('LLEN', P .. 'active') >= meta.concurrency
end

local function emit(...) -- §10
    redis.call('XADD', P .. 'events', '*', 'event', ...)
end

local function trimEvents(meta)
    redis.call('XTRIM', P .. 'events', 'MAXLEN', '~', meta.maxLen)
end

local function emitTrimmed(meta, ...)
    redis.call('XADD', P .. 'events', 'MAXLEN', '~', meta.maxLen, '*', 'event', ...)
end

local function signalWork(meta) -- §5 rule 1
    if not meta.paused and not isMaxed(meta) then
        redis.call('ZADD', P .. 'marker', 0, '0')
    end
end

local function nextDue()
    local first = redis.call('ZRANGE', P .. 'delayed', 0, 0, 'WITHSCORES')
    return first[2] and math.floor(tonumber(first[2]) / 4096) or nil
end

local function signalDelayed() -- §5 rule 2
    local due = nextDue()
    if due then
        redis.call('ZADD', P .. 'marker', whole(due), '1')
    end
end

local function addDelayed(id, due) -- §4
    local low = due * 4096
    local last = redis.call('ZREVRANGEBYSCORE', P .. 'delayed', whole(low + 4095), whole(low), 'WITHSCORES', 'LIMIT', 0, 1)
    local score = last[2] and math.min(tonumber(last[2]) + 1, low + 4095) or low
    redis.call('ZADD', P .. 'delayed', whole(score), id)
end

local function addPrioritized(id, priority)
    local counter = redis.call('INCR', P .. 'pc')
    redis.call('ZADD', P .. 'prioritized', whole(priority * 4294967296 + counter % 4294967296), id)
end

-- Among the prioritized ones, or into the target list, where it may be the next.
local function enqueue(meta, id, priority, inFront)
    if priority > 0 then
        addPrioritized(id, priority)
    else
        redis.call(inFront and 'RPUSH' or 'LPUSH', meta.target, id)
    end
end

local function priorityOf(id)
    return tonumber(redis.call('HGET', P .. id, 'priority') or 0) or 0
end

local function promoteDue(meta, now) -- T3
    local due = redis.call('ZRANGEBYSCORE', P .. 'delayed', 0, whole((now + 1) * 4096 - 1), 'LIMIT', 0, 1000)
    for _, id in ipairs(due) do
        redis.call('ZREM', P .. 'delayed', id)
        enqueue(meta, id, priorityOf(id))
        redis.call('HSET', P .. id, 'delay', 0)
        emit('waiting', 'jobId', id, 'prev', 'delayed')
    end
    if #due > 0 then
        signalWork(meta)
    end
end

-- Runs `body` with the keys of another queue.
local function inQueue(prefix, body)
    local mine = P
    P = prefix
    body(readMeta())
    P = mine
end

-- A parent whose children are done, or that must fail because of one (§17 "Release").
local function releaseParent(prefix, id)
    inQueue(prefix, function(meta)
        if redis.call('ZREM', P .. 'waiting-children', id) == 0 then
            return
        end
        local delay = tonumber(redis.call('HGET', P .. id, 'delay') or 0) or 0
        if delay > 0 then
            local due = (tonumber(ARGV[1]) or 0) + delay
            addDelayed(id, due)
            emitTrimmed(meta, 'delayed', 'jobId', id, 'delay', whole(due))
            signalDelayed()
        else
            enqueue(meta, id, priorityOf(id), true)
            emit('waiting', 'jobId', id, 'prev', 'waiting-children')
            signalWork(meta)
        end
    end)
end

-- The parent of a job as {key, its queue's prefix, its id, the flags}, or nil.
local function parentOf(id)
    local h = redis.call('HMGET', P .. id, 'parentKey', 'parent')
    if not h[1] then
        return nil
    end
    local flags = decoded(h[2])
    local prefix = flags.queueKey and flags.queueKey .. ':' or string.match(h[1], '^(.*:)[^:]+$')
    return { key = h[1], prefix = prefix, id = flags.id or string.sub(h[1], #prefix + 1), flags = flags }
end

-- True if the child was pending; the caller says when an empty set releases the parent.
local function dropDependency(parent, id)
    return redis.call('SREM', parent.key .. ':dependencies', P .. id) == 1
end

local function releaseIfDone(parent)
    if redis.call('SCARD', parent.key .. ':dependencies') == 0 then
        releaseParent(parent.prefix, parent.id)
    end
end

-- A job that is removed leaves its parent (§17): nobody waits for it any more.
local function detachFromParent(id)
    local parent = parentOf(id)
    if parent and dropDependency(parent, id) then
        releaseIfDone(parent)
    end
end

-- The keys of a job, appended to `keys` (for one DEL of many).
local function keysOfJob(id, keys)
    local J, n = P .. id, #keys
    keys[n + 1], keys[n + 2], keys[n + 3], keys[n + 4] = J, J .. ':lock', J .. ':logs', J .. ':dependencies'
    keys[n + 5], keys[n + 6], keys[n + 7] = J .. ':processed', J .. ':failed', J .. ':unsuccessful'
end

local function deleteJob(id)
    local keys = {}
    keysOfJob(id, keys)
    redis.call('DEL', unpack(keys))
end

-- The deduplication key that names this job is free again (§15, removal paths).
local function freeDeduplication(id)
    local deduplication = redis.call('HGET', P .. id, 'deid')
    if deduplication and redis.call('GET', P .. 'de:' .. deduplication) == id then
        redis.call('DEL', P .. 'de:' .. deduplication, P .. 'dn:' .. deduplication)
    end
end

-- The hash and its first event; the caller puts the id into a structure (T1). Numbers as texts.
local function storeJob(job)
    redis.call('HSET', P .. job.id, 'name', job.name, 'data', job.data, 'opts', job.opts, 'timestamp', job.timestamp,
               'delay', job.delay, 'priority', job.priority)
    if job.deduplication then
        redis.call('HSET', P .. job.id, 'deid', job.deduplication)
    end
    emit('added', 'jobId', job.id, 'name', job.name)
end

local function isSchedulersPendingJob(id)
    local scheduler = redis.call('HGET', P .. id, 'rjk')
    local score = scheduler and redis.call('ZSCORE', P .. 'repeat', scheduler)
    return score and id == 'repeat:' .. scheduler .. ':' .. whole(tonumber(score))
end

local STALLED_TOO_OFTEN = 'job stalled more than allowable limit' -- BullMQ's words for it

-- A job whose lock is gone goes back to the front (§6), or will fail when it is taken. True if it was still active.
local function giveBackStalled(meta, id, mayStall)
    if redis.call('EXISTS', P .. id .. ':lock') == 1 or redis.call('LREM', P .. 'active', 1, id) == 0 then
        return false
    end
    if redis.call('EXISTS', P .. id) == 1 then
        if redis.call('HINCRBY', P .. id, 'stc', 1) > mayStall and not isSchedulersPendingJob(id) then
            redis.call('HSET', P .. id, 'defa', STALLED_TOO_OFTEN)
        end
        redis.call('HDEL', P .. id, 'pb') -- whoever takes it next may write no name
        redis.call('RPUSH', meta.target, id)
        emit('waiting', 'jobId', id, 'prev', 'active')
        emit('stalled', 'jobId', id)
    end
    return true
end
