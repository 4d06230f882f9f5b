-- §9, safe with both majors: no list is ever renamed onto another. ARGV: 1 pauses, 0 resumes.
if ARGV[1] == '1' then
    redis.call('HSET', P .. 'meta', 'paused', 1)
    if keepsPausedJobsApart(readMeta().version) then
        while redis.call('RPOPLPUSH', P .. 'wait', P .. 'paused') do
        end
    end
    redis.call('DEL', P .. 'marker')
    emit('paused')
    return 1
end
redis.call('HDEL', P .. 'meta', 'paused')
local chunk = redis.call('LRANGE', P .. 'paused', 0, 4999)
while #chunk > 0 do
    redis.call('RPUSH', P .. 'wait', unpack(chunk))
    redis.call('LTRIM', P .. 'paused', #chunk, -1)
    chunk = redis.call('LRANGE', P .. 'paused', 0, 4999)
end
local meta = readMeta()
if redis.call('LLEN', P .. 'wait') > 0 or redis.call('EXISTS', P .. 'prioritized') == 1 then
    signalWork(meta)
else
    signalDelayed()
end
emit('resumed')
return 1
