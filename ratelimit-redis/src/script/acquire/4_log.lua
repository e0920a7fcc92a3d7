
-- Moving window: a list of hits, oldest first: the moment at which each leaves, and the sum of all that
-- was ever taken up to it, modulo 2^64. The first of the list has left already; its sum is what the
-- others' are counted from. So what is in use, and when so much of it will have left, are found by
-- halving the list.
local function minus(ah, al, bh, bl)
  local h, l = ah - bh, al - bl
  if l < 0 then h, l = h - 1, l + HALF end
  return h, l
end

local function hit_at(key, index)
  return unpack('>I8I4I4', call('LINDEX', key, index))
end

-- The first index of the list from `low` on of which `holds`; the last one if of none before it.
local function first_of(key, low, holds)
  local high = call('LLEN', key) - 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if holds(hit_at(key, middle)) then high = middle else low = middle + 1 end
  end
  return low
end

-- The moment at which so much of what is in use will have left; `log` tells from where on.
local function left_at(key, log, wanted_h, wanted_l)
  return (hit_at(key, first_of(key, log.live, function(_, h, l)
    h, l = minus(h, l, log.base_h, log.base_l)
    if h < 0 then h = h + HALF end
    return h > wanted_h or h == wanted_h and l >= wanted_l
  end)))
end

-- Whether the charge fits; what is in use, when anything is free again, when the cost is, and when all;
-- and what there is to know for writing.
local function look_into_log(limit, key)
  local newest = call('LINDEX', key, -1)
  local log = { newest = 0, newest_h = 0, newest_l = 0 }
  if newest then log.newest, log.newest_h, log.newest_l = unpack('>I8I4I4', newest) end
  if log.newest <= now or log.newest > now + 2 * limit.window then
    log.newest, log.live = 0, nil -- all have left
    return limit.spare_h >= 0, ('\0'):rep(32), log
  end
  local oldest = hit_at(key, 1)
  log.live = 1
  if oldest <= now then
    log.live = first_of(key, 2, function(leaves) return leaves > now end)
    oldest = hit_at(key, log.live)
  end
  local _
  _, log.base_h, log.base_l = hit_at(key, log.live - 1)
  local h, l = minus(log.newest_h, log.newest_l, log.base_h, log.base_l)
  if h < 0 then h = h + HALF end
  local fits = h < limit.spare_h or h == limit.spare_h and l <= limit.spare_l

  local any, cost = oldest, 0
  if h > limit.last_h or h == limit.last_h and l > limit.last_l then
    any = left_at(key, log, minus(h, l, limit.last_h, limit.last_l))
  end
  if not fits and limit.spare_h >= 0 then
    cost = left_at(key, log, minus(h, l, limit.spare_h, limit.spare_l))
  end
  return fits, pack('>I4I4I8I8I8', h, l, any, cost, log.newest), log
end

local function write_log(limit, key, ttl, log)
  if not log.live then
    call('DEL', key)
    call('RPUSH', key, pack('>I8I4I4', 0, 0, 0), pack('>I8I4I4', now + limit.window, limit.cost_h, limit.cost_l))
  else
    local leaves, h, l = math.max(log.newest, now + limit.window), log.newest_h + limit.cost_h, log.newest_l + limit.cost_l
    if l >= HALF then h, l = h + 1, l - HALF end
    if h >= HALF then h = h - HALF end
    local last = pack('>I8I4I4', leaves, h, l)
    if leaves == log.newest then call('LSET', key, -1, last) else call('RPUSH', key, last) end
    if log.live > 1 then call('LTRIM', key, log.live - 1, -1) end
  end
  call('PEXPIRE', key, ttl)
end
