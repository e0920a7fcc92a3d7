-- ratelimit, layout 1: forgets counters.
--
-- KEYS     their keys
-- ARGV[1]  u64 now, in microseconds since 1970, given by tests alone; 0 asks the server's clock
-- ARGV[2]  the name of the only counter to forget in a key, or nothing to forget all
-- reply    how many counters were forgotten that still said anything
--
-- What keys hold is said in acquire/1_contract.lua.

local call, unpack = redis.call, struct.unpack
local byte, sub = string.byte, string.sub
local BYTES = { [102] = 16, [115] = 24, [98] = 16 }

local now, only = unpack('>I8', ARGV[1]), ARGV[2]
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

local forgotten = 0

local function forget_counters(key, value)
  local at = 9 + 8 * byte(value)
  for index = 1, byte(value) do
    local name = sub(value, 1 + 8 * index, 8 + 8 * index)
    local size = BYTES[byte(name)]
    if only == '' or only == name then
      if unpack('>I8', value, at) > now then forgotten = forgotten + 1 end
      if only == name then call('SETRANGE', key, at - 1, ('\0'):rep(size)) end
    end
    at = at + size
  end
end

for _, key in ipairs(KEYS) do
  if call('TYPE', key).ok == 'list' then
    if unpack('>I8', call('LINDEX', key, -1)) > now then forgotten = forgotten + 1 end
    call('UNLINK', key)
  else
    local value = call('GET', key)
    if value then forget_counters(key, value) end
    if only == '' then call('UNLINK', key) end
  end
end
return forgotten
