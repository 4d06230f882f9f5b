-- T1 for many jobs. ARGV: now, shared opts JSON, quiet (1: a job that is there is left alone without a trace), then id, name,
-- data, delay, own opts JSON for each (empty: the shared ones; they may name priority, lifo,
-- timestamp and deduplication). An empty id: the next number.
-- Returns {how many were added, {id of each}, then, for each that was quiet and stands in failed, {id, reason,
-- worker, 1 if it was failed for stalling}}.
local now, sharedOpts, quiet = tonumber(ARGV[1]), ARGV[2], ARGV[3] == '1'
local meta = readMeta()
local added, counter, waiting, ids, failed = 0, nil, {}, {}, {}
local delayedAny, prioritizedAny = false, false

local function nextNumber()
    counter = redis.call('INCR', P .. 'id')
    return counter
end

-- §15. The owner's id if this add is dropped.
local function deduplicate(id, de)
    local key, ttl = P .. 'de:' .. de.id, tonumber(de.ttl) or 0
    local function own(ms)
        if ms > 0 then
            redis.call('SET', key, id, 'PX', whole(ms))
        else
            redis.call('SET', key, id)
        end
    end
    local owner = redis.call('GET', key)
    if not owner or (redis.call('EXISTS', P .. owner) == 0 and redis.call('PTTL', key) == -1) then
        redis.call('DEL', P .. 'dn:' .. de.id)
        own(ttl)
        return nil
    end
    if de.replace and redis.call('ZREM', P .. 'delayed', owner) == 1 then
        detachFromParent(owner)
        deleteJob(owner)
        redis.call('DEL', P .. 'dn:' .. de.id)
        own(de.extend and ttl or math.max(redis.call('PTTL', key), 0))
        emitTrimmed(meta, 'removed', 'jobId', owner, 'prev', 'delayed')
        emitTrimmed(meta, 'deduplicated', 'jobId', id, 'deduplicationId', de.id, 'deduplicatedJobId', owner)
        return nil
    end
    if de.extend and ttl > 0 then
        redis.call('PEXPIRE', key, whole(ttl))
    end
    emitTrimmed(meta, 'deduplicated', 'jobId', owner, 'deduplicationId', de.id, 'deduplicatedJobId', id)
    return owner
end

-- A kept record of a failure shields its event, which is due again, for ever: the caller decides.
local function tellFailed(id)
    if redis.call('ZSCORE', P .. 'failed', id) then
        local job = redis.call('HMGET', P .. id, 'failedReason', 'pb')
        failed[#failed + 1] = { id, job[1] or '', job[2] or '', job[1] == STALLED_TOO_OFTEN and 1 or 0 }
    end
end

local function place(id, opts, timestamp, delay, priority)
    if delay > 0 then
        addDelayed(id, timestamp + delay)
        emitTrimmed(meta, 'delayed', 'jobId', id, 'delay', whole(timestamp + delay))
        delayedAny = true
        return
    end
    if priority > 0 then
        addPrioritized(id, priority)
        prioritizedAny = true
    elseif opts.lifo then
        redis.call('RPUSH', meta.target, id)
        prioritizedAny = true
    else
        waiting[#waiting + 1] = id
    end
    emit('waiting', 'jobId', id)
end

-- One question for all: mostly none of them is there.
local function anyIsThere()
    local keys = {}
    for i = 4, #ARGV, 5 do
        if ARGV[i] ~= '' then
            keys[#keys + 1] = P .. ARGV[i]
        end
    end
    return #keys > 0 and redis.call('EXISTS', unpack(keys)) > 0
end

local plain, mine = {}, {}
local counted = 0
local someThere = anyIsThere()
for i = 4, #ARGV, 5 do
    local id, name, data, delay, ownOpts = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4]
    local opts = ownOpts == '' and plain or decoded(ownOpts)
    if id == '' then
        id = whole(nextNumber())
        counted = counted - 1
    end
    if mine[id] or ((someThere or ARGV[i] == '') and redis.call('EXISTS', P .. id) == 1) then
        if quiet then
            tellFailed(id)
        else
            counted = counted + 1
            emitTrimmed(meta, 'duplicated', 'jobId', id)
        end
    else
        counted = counted + 1
        local owner = opts.de and opts.de.id and deduplicate(id, opts.de)
        if owner then
            id = owner
        else
            local timestamp, priority = tonumber(opts.timestamp) or now, tonumber(opts.priority) or 0
            storeJob({ id = id, name = name, data = data, opts = ownOpts == '' and sharedOpts or ownOpts,
                       timestamp = opts.timestamp and whole(timestamp) or ARGV[1], delay = delay == 0 and '0' or whole(delay),
                       priority = priority == 0 and '0' or whole(priority), deduplication = opts.de and opts.de.id })
            mine[id] = true
            place(id, opts, timestamp, delay, priority)
            added = added + 1
        end
    end
    ids[#ids + 1] = id
end
trimEvents(meta)
if counted > 0 then
    redis.call('INCRBY', P .. 'id', counted)
end
if #waiting > 0 then
    redis.call('LPUSH', meta.target, unpack(waiting))
end
if #waiting > 0 or prioritizedAny then
    signalWork(meta)
end
if delayedAny then
    signalDelayed()
end
return { added, ids, failed }
