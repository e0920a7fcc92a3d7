-- ratelimit, layout 1: forgets counters.
--
-- KEYS     the counters
-- ARGV[1]  u64  microseconds since 1970, given by tests alone; 0 asks the server's clock
-- reply    how many of them still said anything

local now = struct.unpack('>I8', ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local alive = 0
for _, key in ipairs(KEYS) do
  local is_list = redis.call('TYPE', key).ok == 'list'
  local state = is_list and redis.call('LINDEX', key, -1) or not is_list and redis.call('GET', key)
  if state and struct.unpack('>I8', state) > now then alive = alive + 1 end
  redis.call('UNLINK', key)
end
return alive
