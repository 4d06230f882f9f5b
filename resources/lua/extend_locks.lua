-- §6 renewal. ARGV: lock ms, then id, token for each. Returns the ids whose lock is not ours any more.
local lost = {}
for i = 2, #ARGV, 2 do
    local id, token = ARGV[i], ARGV[i + 1]
    if redis.call('GET', P .. id .. ':lock') == token then
        redis.call('SET', P .. id .. ':lock', token, 'PX', ARGV[1])
        redis.call('SREM', P .. 'stalled', id)
    else
        lost[#lost + 1] = id
    end
end
return lost
