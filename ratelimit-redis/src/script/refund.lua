-- ratelimit, layout 1: gives charges back, as far as they have not come back by themselves.
--
-- KEYS     the keys of the counters, one a charge
-- ARGV[1]  u64 now, in microseconds since 1970, given by tests alone; 0 asks the server's clock; then of
--          each charge, with integers big-endian:
--   u8 u56   the counter's name: its strategy and window
--     'f'      u64  the end of the window that was charged; u32 u32 the cost
--     's'      u64  when it was charged; u32 u32 the cost
--     'm'      u64  when it leaves the window; u32 u32 the cost
--     'b'      u64  scale; u64 u64 when the bucket would have been full after the charge
--              u64 u64  how far the charge moved that
--
-- What keys hold is said in acquire/1_contract.lua. No key comes to be here, and none lives longer.

local call, pack, unpack = redis.call, struct.pack, struct.unpack
local byte, sub = string.byte, string.sub
local HALF = 4294967296

local request = ARGV[1]
local now, cursor = unpack('>I8', request)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- a - b modulo 2^64
local function minus(ah, al, bh, bl)
  local h, l = ah - bh, al - bl
  if l < 0 then h, l = h - 1, l + HALF end
  if h < 0 then h = h + HALF end
  return h, l
end

-- a - b, or 0
local function rest(ah, al, bh, bl)
  if ah < bh or ah == bh and al < bl then return 0, 0 end
  return minus(ah, al, bh, bl)
end

-- Each of these reads its terms, and answers what a counter has become, if anything changes.
local strategies = {}

strategies[102] = function(state)
  local window_end, ch, cl
  window_end, ch, cl, cursor = unpack('>I8I4I4', request, cursor)
  if not state then return end
  local ends, h, l = unpack('>I8I4I4', state)
  -- A window is known by its end: the next one starts after it.
  if ends ~= window_end or ends <= now then return end
  h, l = rest(h, l, ch, cl)
  return pack('>I8I4I4', h + l > 0 and ends or 0, h, l)
end

strategies[115] = function(state, window)
  local charged, ch, cl
  charged, ch, cl, cursor = unpack('>I8I4I4', request, cursor)
  if not state then return end
  local ends, h, l, ph, pl = unpack('>I8I4I4I4I4', state)
  local start = ends - 2 * window
  if now - start >= 2 * window then return end
  if now - start >= window then start, h, l, ph, pl = start + window, 0, 0, h, l end
  if charged >= start then
    h, l = rest(h, l, ch, cl)
  elseif charged >= start - window then
    ph, pl = rest(ph, pl, ch, cl)
  end
  -- Only the previous count is left: as the window before, which ends sooner.
  if h + l == 0 then start, h, l, ph, pl = start - window, ph, pl, 0, 0 end
  return pack('>I8I4I4I4I4', h + l + ph + pl > 0 and start + 2 * window or 0, h, l, ph, pl)
end

strategies[98] = function(state)
  local scale, owed, owed_part, cost, cost_part
  scale, owed, owed_part, cost, cost_part, cursor = unpack('>I8I8I8I8I8', request, cursor)
  if not state then return end
  local full, part = unpack('>I8I8', state)
  -- What was owed right after the charge and is owed still: anything older has flowed back first.
  owed = owed - now
  if owed < 0 then return end
  if cost < owed or cost == owed and cost_part < owed_part then owed, owed_part = cost, cost_part end
  full, part = full - owed, part - owed_part
  if part < 0 then full, part = full - 1, part + scale end
  if full < now then full, part = 0, 0 end
  return pack('>I8I8', full, part)
end

local BYTES = { [102] = 16, [115] = 24, [98] = 16 }

local function refund_counter(key, name, window)
  local strategy = byte(name)
  local value = call('GET', key) or '\0'
  local at, state = 9 + 8 * byte(value), nil
  for index = 1, byte(value) do
    local other = sub(value, 1 + 8 * index, 8 + 8 * index)
    if other == name then
      state = sub(value, at, at + BYTES[strategy] - 1)
      break
    end
    at = at + BYTES[byte(other)]
  end
  local becomes = strategies[strategy](state, window)
  if becomes then call('SETRANGE', key, at - 1, becomes) end
end

local function hit_at(key, index)
  return unpack('>I8I4I4', call('LINDEX', key, index))
end

-- Takes units out of the entry they were charged to, and out of the sums of all entries after it. Refunds
-- follow their charges closely, so there are few of those; behind many others the units are lost, as the
-- server would stand still for everybody else: 3 ms for a thousand, 190 ms for fifty thousand.
local MOST_AFTER = 1000
local function refund_log(key)
  local leaves, ch, cl
  leaves, ch, cl, cursor = unpack('>I8I4I4', request, cursor)
  local length = call('LLEN', key)
  local low, high = 1, length
  while low < high do
    local middle = math.floor((low + high) / 2)
    if hit_at(key, middle) >= leaves then high = middle else low = middle + 1 end
  end
  if low >= length or length - low > MOST_AFTER then return end
  local at, h, l = hit_at(key, low)
  if at ~= leaves then return end
  local _, bh, bl = hit_at(key, low - 1)
  local held_h, held_l = minus(h, l, bh, bl)
  local all = ch > held_h or ch == held_h and cl >= held_l
  if all then ch, cl = held_h, held_l end
  for index = low, length - 1 do
    at, h, l = hit_at(key, index)
    call('LSET', key, index, pack('>I8I4I4', at, minus(h, l, ch, cl)))
  end
  if all then
    call('LSET', key, low, '')
    call('LREM', key, 1, '')
    if length == 2 then call('DEL', key) end
  end
end

for _, key in ipairs(KEYS) do
  local name = sub(request, cursor, cursor + 7)
  local strategy, window
  strategy, window, cursor = unpack('>BI7', request, cursor)
  if strategy == 109 then refund_log(key) else refund_counter(key, name, window) end
end
return #KEYS
