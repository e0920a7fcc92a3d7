-- ratelimit, layout 1: gives charges back, as far as they have not come back by themselves.
--
-- KEYS     the counters, one a charge
-- ARGV[1]  now, then the charges; integers are big-endian
--   now      u64  microseconds since 1970, given by tests alone; 0 asks the server's clock
--   charge   u8   the strategy, then
--     'f'    u64  the end of the window that was charged; u32 u32 the cost
--     's'    u64  the window; u64 when it was charged; u32 u32 the cost
--     'm'    u64  when it leaves the window; u32 u32 the cost
--     'b'    u64  scale; u64 u64 when the bucket would have been full after the charge
--            u64 u64  how far the charge moved that
-- What the counters hold is said in acquire.lua. No counter comes to be here, and none lives longer.

local call, pack, unpack = redis.call, struct.pack, struct.unpack
local byte, floor = string.byte, math.floor
local HALF = 4294967296

local request = ARGV[1]
local now, cursor = unpack('>I8', request)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- a - b, or 0
local function less(ah, al, bh, bl)
  local h, l = ah - bh, al - bl
  if l < 0 then h, l = h - 1, l + HALF end
  if h < 0 then return 0, 0 end
  return h, l
end

local function put(key, value)
  if value then call('SET', key, value, 'KEEPTTL') else call('DEL', key) end
end

local strategies = {}

strategies[102] = function(key)
  local window, ch, cl
  window, ch, cl, cursor = unpack('>I8I4I4', request, cursor)
  local state = call('GET', key)
  if not state then return end
  local ends, h, l = unpack('>I8I4I4', state)
  -- A window is known by its end: the next one starts after it.
  if ends ~= window or ends <= now then return end
  h, l = less(h, l, ch, cl)
  put(key, h + l > 0 and pack('>I8I4I4', ends, h, l))
end

strategies[115] = function(key)
  local window, charged, ch, cl
  window, charged, ch, cl, cursor = unpack('>I8I8I4I4', request, cursor)
  local state = call('GET', key)
  if not state then return end
  local ends, h, l, ph, pl = unpack('>I8I4I4I4I4', state)
  local start = ends - 2 * window
  if now - start >= 2 * window then return end
  if now - start >= window then start, h, l, ph, pl = start + window, 0, 0, h, l end
  if charged >= start then
    h, l = less(h, l, ch, cl)
  elseif charged >= start - window then
    ph, pl = less(ph, pl, ch, cl)
  end
  -- Only the previous count is left: as the window before, which ends sooner.
  if h + l == 0 then start, h, l, ph, pl = start - window, ph, pl, 0, 0 end
  put(key, h + l + ph + pl > 0 and pack('>I8I4I4I4I4', start + 2 * window, h, l, ph, pl))
end

strategies[98] = function(key)
  local scale, owed, owed_part, cost, cost_part
  scale, owed, owed_part, cost, cost_part, cursor = unpack('>I8I8I8I8I8', request, cursor)
  local state = call('GET', key)
  if not state then return end
  local full, part = unpack('>I8I8', state)
  -- What was owed right after the charge and is owed still: anything older has flowed back first.
  owed = owed - now
  if owed < 0 then return end
  if cost < owed or cost == owed and cost_part < owed_part then owed, owed_part = cost, cost_part end
  full, part = full - owed, part - owed_part
  if part < 0 then full, part = full - 1, part + scale end
  put(key, (full > now or full == now and part > 0) and pack('>I8I8', full, part))
end

strategies[109] = function(key)
  local leaves, ch, cl
  leaves, ch, cl, cursor = unpack('>I8I4I4', request, cursor)
  local length = call('LLEN', key)
  local function entry(index)
    return unpack('>I8I4I4', call('LINDEX', key, index))
  end
  local low, high = 1, length
  while low < high do
    local middle = floor((low + high) / 2)
    if entry(middle) >= leaves then high = middle else low = middle + 1 end
  end
  if low >= length then return end
  local at, h, l = entry(low)
  if at ~= leaves then return end
  local _, bh, bl = entry(low - 1)
  local held_h, held_l = h - bh, l - bl
  if held_l < 0 then held_h, held_l = held_h - 1, held_l + HALF end
  if held_h < 0 then held_h = held_h + HALF end
  local all = ch > held_h or ch == held_h and cl >= held_l
  if all then ch, cl = held_h, held_l end
  -- Refunds follow their charges closely, so there are few entries behind.
  for index = low, length - 1 do
    at, h, l = entry(index)
    h, l = h - ch, l - cl
    if l < 0 then h, l = h - 1, l + HALF end
    if h < 0 then h = h + HALF end
    call('LSET', key, index, pack('>I8I4I4', at, h, l))
  end
  if all then
    call('LSET', key, low, '')
    call('LREM', key, 1, '')
    if length == 2 then call('DEL', key) end
  end
end

for index = 1, #KEYS do
  local strategy = strategies[byte(request, cursor)]
  cursor = cursor + 1
  strategy(KEYS[index])
end
return #KEYS
