-- T14. ARGV: id, `progress` (JSON), `data` (JSON) or `log` (a row), its text, rows to keep (0: as the job's options
-- say). Returns the number of log rows, else 1; -1 no hash.
local id, what, text, keep = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
if redis.call('EXISTS', P .. id) == 0 then
    return -1
end
if what == 'log' then
    local rows = redis.call('RPUSH', P .. id .. ':logs', text)
    if keep == 0 then
        keep = tonumber(decoded(redis.call('HGET', P .. id, 'opts') or '{}').kl) or 0
    end
    if keep > 0 then
        redis.call('LTRIM', P .. id .. ':logs', -keep, -1)
        rows = math.min(rows, keep)
    end
    return rows
end
redis.call('HSET', P .. id, what, text)
if what == 'progress' then
    emitTrimmed(readMeta(), 'progress', 'jobId', id, 'data', text)
end
return 1
