-- T2 for up to max jobs. ARGV: now, max, token, lock ms, worker name, limiter max (0: none), limiter duration ms.
-- Returns {next due ms or 0, limiter TTL ms or 0, then for each job {id, name, data, atm, opts, defa or ''}}; an error for a
-- queue with job schedulers: their next job is made by the worker that takes one, which this program does not do (§17).
local now, max, token, lockMs, worker = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
if redis.call('EXISTS', P .. 'repeat') == 1 then
    return redis.error_reply('SCHEDULERS ' .. P .. 'repeat holds job schedulers, which this program does not run: remove them')
end
local meta = readMeta()
promoteDue(meta, now)

local limitMax = meta.max or (tonumber(ARGV[6]) > 0 and tonumber(ARGV[6]) or nil)
local limitMs = tonumber(ARGV[7]) > 0 and tonumber(ARGV[7]) or meta.duration
if limitMax then -- §7
    local used = tonumber(redis.call('GET', P .. 'limiter') or 0)
    if used >= limitMax then
        local ttl = redis.call('PTTL', P .. 'limiter')
        if ttl > 0 then
            return { nextDue() or 0, ttl }
        elseif ttl == 0 then
            redis.call('DEL', P .. 'limiter')
            used = 0
        else
            used = 0 -- without expiry it counts as not limited
        end
    end
    max = math.min(max, limitMax - used)
end
if meta.concurrency then
    max = math.min(max, meta.concurrency - redis.call('LLEN', P .. 'active'))
end
if meta.paused or max <= 0 then
    return { nextDue() or 0, 0 }
end

local ids = {}
local waiting = redis.call('LRANGE', P .. 'wait', -max, -1)
if #waiting > 0 then
    redis.call('LTRIM', P .. 'wait', 0, -(#waiting + 1))
    for i = #waiting, 1, -1 do
        if waiting[i] ~= '0' and string.sub(waiting[i], 1, 2) ~= '0:' then
            ids[#ids + 1] = waiting[i]
        end
    end
end
if #ids < max then
    local popped = redis.call('ZPOPMIN', P .. 'prioritized', max - #ids)
    for i = 1, #popped, 2 do
        ids[#ids + 1] = popped[i]
    end
    if redis.call('EXISTS', P .. 'prioritized') == 0 then
        redis.call('DEL', P .. 'pc')
    end
end

local result, taken, limited = { 0, 0 }, {}, 0
for _, id in ipairs(ids) do
    local job = redis.call('HMGET', P .. id, 'name', 'data', 'atm', 'opts', 'defa', 'timestamp', 'ats')
    if job[1] or job[6] then -- an id without its hash is dropped (§17 "Ghosts")
        redis.call('SET', P .. id .. ':lock', token, 'PX', lockMs)
        emit('active', 'jobId', id, 'prev', 'waiting')
        redis.call('HSET', P .. id, 'processedOn', ARGV[1], 'pb', worker, 'ats', (tonumber(job[7] or 0) or 0) + 1)
        taken[#taken + 1] = id
        if not job[5] then
            limited = limited + 1
        end
        result[#result + 1] = { id, job[1] or '', job[2] or '', tonumber(job[3] or 0) or 0, job[4] or '{}', job[5] or '' }
    end
end
if #taken > 0 then
    redis.call('LPUSH', P .. 'active', unpack(taken))
end
if limitMax and limited > 0 then
    local used = redis.call('INCRBY', P .. 'limiter', limited)
    if used == limited then
        redis.call('PEXPIRE', P .. 'limiter', math.floor(limitMs or 1000))
    end
end
if redis.call('LLEN', P .. 'wait') > 0 or redis.call('EXISTS', P .. 'prioritized') == 1 then
    signalWork(meta) -- wakes the next worker (§5 rule 3, §18 pitfall 3)
end
result[1] = nextDue() or 0
return result
