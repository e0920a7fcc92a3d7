-- ratelimit, layout 1: charges the counters of requests, all of a request's or none; or only looks.
--
-- KEYS     the counters of all requests, in order
-- ARGV[1]  now, then the requests; integers are big-endian
--   now      u64  microseconds since 1970, given by tests alone; 0 asks the server's clock
--   request  u16  how many bytes follow
--            u8   1 charges, 0 looks
--            u8   how many counters, each a strategy (u8) and its terms:
--     'f' fixed window, 's' sliding window, 'm' moving window:
--            u64  the window in microseconds
--            i64 u32  the most that may be taken before this charge (high and low 32 bits):
--                     amount - cost; -1 never fits
--            u32 u32  the cost
--        'm' u32 u32  amount - 1
--     'b' token bucket; a moment is u64 microseconds and a u64 fraction of one, in 1/scale:
--            u64  scale
--            i64 u64  how far ahead the moment of being full may lie before this charge; -1 never fits
--            u64 u64  how far this charge moves it
--            u64  microseconds that an empty bucket takes to fill
--     and    u8 bytes  how long the counter may live from now, in milliseconds, as decimal digits
-- reply    u64  now, then for each request
--            u8   1 every limit let it pass, 0 one refused
--                 and the counters as they were before, each of its strategy's length; zeros: untouched
--            u8   2 it failed, and nothing was charged; u16 bytes say why
--
-- A counter is a string ('f', 's', 'b') or a list ('m'), always with a time to live. Its value, or its
-- last element, begins with the moment (u64) from which on it says nothing any more.
-- Counts reach 2^64, numbers in Lua are exact up to 2^53: counts go as two halves of 32 bits.

local call, pack, unpack = redis.call, struct.pack, struct.unpack
local byte, concat, floor = string.byte, table.concat, math.floor
local HALF = 4294967296

local request = ARGV[1]
local now, cursor = unpack('>I8', request)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function plus(ah, al, bh, bl)
  local h, l = ah + bh, al + bl
  if l >= HALF then h, l = h + 1, l - HALF end
  if h >= HALF then h = h - HALF end
  return h, l
end

local function minus(ah, al, bh, bl)
  local h, l = ah - bh, al - bl
  if l < 0 then h, l = h - 1, l + HALF end
  return h, l
end

-- Whether a * b < c * d, for whole numbers below 2^53, b and c above 0, exactly.
local function less(a, b, c, d)
  local ab, cd = a * b, c * d
  if ab < 9007199254740992 and cd < 9007199254740992 then return ab < cd end
  -- The products don't fit: compare a / c with d / b, whole parts first, then the rests turned over.
  while true do
    local p, q = floor(a / c), floor(d / b)
    if p ~= q then return p < q end
    a, d = a - p * c, d - q * b
    if d == 0 then return false end
    if a == 0 then return true end
    a, b, c, d = b, a, d, c
  end
end

-- Each strategy reads its terms at the cursor and tells: whether the charge fits, the counter as it
-- is, the counter as it would be (nil if nothing is to be written), and its time to live (nil: as it
-- was). A time set back by more than a window, as by a failover, never refuses longer than a window.
local strategies = {}

strategies[102] = function(key) -- 'f': end of the window, count
  local window, sh, sl, ch, cl, ttl
  window, sh, sl, ch, cl, ttl, cursor = unpack('>I8i8I4I4I4Bc0', request, cursor)
  local shown = call('GET', key) or '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  local ends, h, l = unpack('>I8I4I4', shown)
  local started = now < ends
  if not started then
    ends, h, l = now + window, 0, 0
  elseif ends > now + window then
    ends = now + window
  end
  local fits = h < sh or h == sh and l <= sl
  if not fits or ch + cl == 0 then return fits, shown end
  h, l = plus(h, l, ch, cl)
  return fits, shown, pack('>I8I4I4', ends, h, l), not started and ttl or nil
end

strategies[115] = function(key) -- 's': end of the next window, the current count, the previous count
  local window, sh, sl, ch, cl, ttl
  window, sh, sl, ch, cl, ttl, cursor = unpack('>I8i8I4I4I4Bc0', request, cursor)
  local shown = call('GET', key) or '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  local ends, h, l, ph, pl = unpack('>I8I4I4I4I4', shown)
  local start = ends - 2 * window
  local age, same = now - start, true
  if age < 0 then
    start, age = now, 0
  elseif age >= window then
    same = false
    ph, pl, h, l = h, l, 0, 0
    start, age = start + window, age - window
    if age >= window then ph, pl = 0, 0 end
  end
  if h + l + ph + pl == 0 then start, age, same = now, 0, false end
  local rest, low = minus(sh, sl, h, l)
  -- The previous count in sight, rounded down, must be at most the rest.
  local previous, bound = ph * HALF + pl, rest * HALF + low + 1
  local fits = rest >= 0 and (previous < bound or less(previous, window - age, bound, window))
  if not fits or ch + cl == 0 then return fits, shown end
  h, l = plus(h, l, ch, cl)
  return fits, shown, pack('>I8I4I4I4I4', start + 2 * window, h, l, ph, pl), not same and ttl or nil
end

strategies[98] = function(key) -- 'b': the moment at which the bucket is full
  local scale, tau, tau_part, cost, cost_part, filling, ttl
  scale, tau, tau_part, cost, cost_part, filling, ttl, cursor = unpack('>I8i8I8I8I8I8Bc0', request, cursor)
  local shown = call('GET', key) or '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
  local full, part = unpack('>I8I8', shown)
  if part >= scale then part = scale - 1 end
  if full < now then
    full, part = now, 0
  elseif full - now > filling then
    full, part = now + filling, 0
  end
  local ahead = full - now
  local fits = ahead < tau or ahead == tau and part <= tau_part
  if not fits or cost + cost_part == 0 then return fits, shown end
  full, part = full + cost, part + cost_part
  if part >= scale then full, part = full + 1, part - scale end
  return fits, shown, pack('>I8I8', full, part), ttl
end

-- 'm': a list of hits, oldest first: the moment at which each leaves, and the sum of all that was ever
-- taken up to it, modulo 2^64. The first of the list has left already; its sum is what the others' are
-- counted from. So what is in use, and when so much of it will have left, are found by halving the list.
strategies[109] = function(key)
  local window, sh, sl, ch, cl, oh, ol, ttl
  window, sh, sl, ch, cl, oh, ol, ttl, cursor = unpack('>I8i8I4I4I4I4I4Bc0', request, cursor)
  local length = call('LLEN', key)

  local function entry(index)
    return unpack('>I8I4I4', call('LINDEX', key, index))
  end
  -- The first index from `low` on of which `holds`; the last one if of none before it.
  local function first(low, holds)
    local high = length - 1
    while low < high do
      local middle = floor((low + high) / 2)
      if holds(entry(middle)) then high = middle else low = middle + 1 end
    end
    return low
  end

  local newest, th, tl = 0, 0, 0
  if length > 1 then newest, th, tl = entry(-1) end
  if newest <= now or newest > now + 2 * window then
    -- All of them have left.
    local fits = sh >= 0
    local shown = '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
    if not fits or ch + cl == 0 then return fits, shown end
    return fits, shown, function()
      call('DEL', key)
      call('RPUSH', key, pack('>I8I4I4', 0, 0, 0), pack('>I8I4I4', now + window, ch, cl))
      call('PEXPIRE', key, ttl)
    end
  end

  local live = 1
  local oldest = entry(1)
  if oldest <= now then
    live = first(2, function(leaves) return leaves > now end)
    oldest = entry(live)
  end
  local _, bh, bl = entry(live - 1)
  local uh, ul = minus(th, tl, bh, bl)
  if uh < 0 then uh = uh + HALF end
  local fits = uh < sh or uh == sh and ul <= sl

  -- The moment at which so much of what is in use will have left.
  local function left_at(wh, wl)
    return (entry(first(live, function(_, h, l)
      h, l = minus(h, l, bh, bl)
      if h < 0 then h = h + HALF end
      return h > wh or h == wh and l >= wl
    end)))
  end
  local reset, retry = oldest, 0
  if uh > oh or uh == oh and ul > ol then reset = left_at(minus(uh, ul, oh, ol)) end
  if not fits and sh >= 0 then retry = left_at(minus(uh, ul, sh, sl)) end
  local shown = pack('>I4I4I8I8I8', uh, ul, reset, retry, newest)
  if not fits or ch + cl == 0 then return fits, shown end

  return fits, shown, function()
    local leaves = math.max(newest, now + window)
    local last = pack('>I8I4I4', leaves, plus(th, tl, ch, cl))
    if leaves == newest then call('LSET', key, -1, last) else call('RPUSH', key, last) end
    if live > 1 then call('LTRIM', key, live - 1, -1) end
    call('PEXPIRE', key, ttl)
  end
end

local counter = 0

local function transact(charges, counters)
  local allowed, shown, writes = true, {}, {}
  for index = 1, counters do
    counter = counter + 1
    local key, strategy = KEYS[counter], strategies[byte(request, cursor)]
    cursor = cursor + 1
    local fits, was, becomes, ttl = strategy(key)
    allowed = allowed and fits
    shown[index] = was
    if becomes then writes[#writes + 1] = { key, becomes, ttl } end
  end
  if allowed and charges == 1 then
    for _, write in ipairs(writes) do
      local key, value, ttl = write[1], write[2], write[3]
      if type(value) == 'function' then
        value()
      elseif ttl then
        call('SET', key, value, 'PX', ttl)
      else
        call('SET', key, value, 'KEEPTTL')
      end
    end
  end
  return (allowed and '\1' or '\0') .. concat(shown)
end

local replies = { pack('>I8', now) }
while cursor <= #request do
  local size, charges, counters
  size, charges, counters, cursor = unpack('>I2BB', request, cursor)
  local ends, last = cursor + size - 2, counter + counters
  -- All reading is done before the first write, and that is where a write fails: out of memory, a
  -- replica, another's data. One request's failure is not the others'.
  local ok, reply = pcall(transact, charges, counters)
  if not ok then
    reply = type(reply) == 'table' and reply.err or tostring(reply)
    reply = pack('>BI2', 2, #reply) .. reply
  end
  replies[#replies + 1] = reply
  cursor, counter = ends, last
end
return concat(replies)
