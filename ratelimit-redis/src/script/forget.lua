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

-- How many counters that are to be forgotten still say anything, whether others may be in the key with
-- them, and where the only one is.
local function look(key)
  if call('TYPE', key).ok == 'list' then
    return unpack('>I8', call('LINDEX', key, -1)) > now and 1 or 0, false
  end
  local value = call('GET', key)
  if not value then return 0, false end
  local alive, at, place, length = 0, 9 + 8 * byte(value), nil, nil
  for index = 1, byte(value) do
    local name = sub(value, 1 + 8 * index, 8 + 8 * index)
    local size = BYTES[byte(name)]
    if only == '' or only == name then
      if unpack('>I8', value, at) > now then alive = alive + 1 end
      place, length = at - 1, size
    end
    at = at + size
  end
  return alive, only ~= '', place, length
end

local forgotten = 0
for _, key in ipairs(KEYS) do
  local ours, alive, shared, place, length = pcall(look, key)
  if ours then forgotten = forgotten + alive end
  -- What others have put there, of another type or shape, is no counter, and goes too.
  if not ours or not shared then
    call('UNLINK', key)
  elseif place then
    call('SETRANGE', key, place, ('\0'):rep(length))
  end
end
return forgotten
