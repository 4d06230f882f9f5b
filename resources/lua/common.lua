-- The shared part of every script: BullMQ's queue state machine (reference: bullmq-wire-format.md; the numbers are its sections).
-- KEYS[1] is the queue's prefix with its last colon, `bull:<queue>:`; all other keys are built from it.
local P = KEYS[1]

local function readMeta()
    local m = redis.call('HMGET', P .. 'meta', 'paused', 'concurrency', 'max', 'duration', 'version', 'opts.maxLenEvents')
    if not m[6] or not tonumber(m[6]) or tonumber(m[6]) < 1 then
        redis.call('HSET', P .. 'meta', 'opts.maxLenEvents', 10000)
        m[6] = '10000'
    end
    local meta = { paused = m[1] ~= false, concurrency = tonumber(m[2] or nil), max = tonumber(m[3] or nil),
                   duration = tonumber(m[4] or nil), version = m[5] or '', maxLen = m[6] }
    meta.target = P .. 'wait'
    if meta.paused then -- §9: which list takes new jobs while the queue is paused
        local waiting, paused = redis.call('LLEN', P .. 'wait'), redis.call('LLEN', P .. 'paused')
        local major = tonumber(string.match(meta.version, '^bullmq:(%d+)'))
        if paused > 0 or (waiting == 0 and major and major <= 5) then
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
        redis.call('ZADD', P .. 'marker', string.format('%.0f', due), '1')
    end
end

local function addDelayed(id, due) -- §4
    local low = due * 4096
    local last = redis.call('ZREVRANGEBYSCORE', P .. 'delayed', string.format('%.0f', low + 4095), string.format('%.0f', low),
                            'WITHSCORES', 'LIMIT', 0, 1)
    local score = last[2] and math.min(tonumber(last[2]) + 1, low + 4095) or low
    redis.call('ZADD', P .. 'delayed', string.format('%.0f', score), id)
end

local function addPrioritized(id, priority)
    local counter = redis.call('INCR', P .. 'pc')
    redis.call('ZADD', P .. 'prioritized', string.format('%.0f', priority * 4294967296 + counter % 4294967296), id)
end

local function promoteDue(meta, now) -- T3
    local due = redis.call('ZRANGEBYSCORE', P .. 'delayed', 0, string.format('%.0f', (now + 1) * 4096 - 1), 'LIMIT', 0, 1000)
    for _, id in ipairs(due) do
        redis.call('ZREM', P .. 'delayed', id)
        local priority = tonumber(redis.call('HGET', P .. id, 'priority') or 0) or 0
        if priority == 0 then
            redis.call('LPUSH', meta.target, id)
        else
            addPrioritized(id, priority)
        end
        redis.call('HSET', P .. id, 'delay', 0)
        emit('waiting', 'jobId', id, 'prev', 'delayed')
    end
    if #due > 0 then
        signalWork(meta)
    end
end
