-- T11, T12. ARGV: now, id, `delay` or `priority`, the new value, 1 if a job that becomes unprioritized goes to the front.
-- Returns 1, -1 no hash, -3 not delayed.
local now, id, value = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[4])
local meta = readMeta()
if redis.call('EXISTS', P .. id) == 0 then
    return -1
end
if ARGV[3] == 'delay' then
    if redis.call('ZREM', P .. 'delayed', id) == 0 then
        return -3
    end
    redis.call('HSET', P .. id, 'delay', whole(value))
    addDelayed(id, now + value)
    emitTrimmed(meta, 'delayed', 'jobId', id, 'delay', whole(now + value))
    signalDelayed()
    return 1
end
if redis.call('ZREM', P .. 'prioritized', id) == 1 or redis.call('LREM', meta.target, 0, id) > 0 then
    if value > 0 then
        addPrioritized(id, value)
    else
        redis.call(ARGV[5] == '1' and 'RPUSH' or 'LPUSH', meta.target, id)
    end
    signalWork(meta)
end
redis.call('HSET', P .. id, 'priority', whole(value))
return 1
