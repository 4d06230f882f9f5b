-- T1 for many jobs. ARGV: now, opts JSON, quiet (1: a job that waits or runs is left alone
-- without a trace, a failed one makes room), then id, name, data, delay
-- for each. Returns how many were added.
local now, opts, quiet = tonumber(ARGV[1]), ARGV[2], ARGV[3] == '1'
local meta = readMeta()
local added, counted, waiting, delayedAny = 0, 0, {}, false
for i = 4, #ARGV, 4 do
    local id, name, data, delay = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
    if quiet and redis.call('ZREM', P .. 'failed', id) == 1 then
        redis.call('DEL', P .. id, P .. id .. ':logs') -- its event is due again: the kept record would shield it for ever
    end
    if redis.call('EXISTS', P .. id) == 1 then
        if not quiet then
            counted = counted + 1
            emitTrimmed(meta, 'duplicated', 'jobId', id)
        end
    else
        counted = counted + 1
        redis.call('HSET', P .. id, 'name', name, 'data', data, 'opts', opts, 'timestamp', ARGV[1],
                   'delay', string.format('%.0f', delay), 'priority', 0)
        emit('added', 'jobId', id, 'name', name)
        if delay > 0 then
            addDelayed(id, now + delay)
            emitTrimmed(meta, 'delayed', 'jobId', id, 'delay', string.format('%.0f', now + delay))
            delayedAny = true
        else
            waiting[#waiting + 1] = id
            emitTrimmed(meta, 'waiting', 'jobId', id)
        end
        added = added + 1
    end
end
if counted > 0 then
    redis.call('INCRBY', P .. 'id', counted)
end
if #waiting > 0 then
    redis.call('LPUSH', meta.target, unpack(waiting))
    signalWork(meta)
end
if delayedAny then
    signalDelayed()
end
return added
