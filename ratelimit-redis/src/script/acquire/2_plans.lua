
-- What requests have in common is read once, however many of them there are.

local unpack_values = unpack
local call, pack, unpack, byte, sub = redis.call, struct.pack, struct.unpack, string.byte, string.sub
local HALF = 4294967296

local request = ARGV[1]
local now, plan_count, cursor = unpack('>I8B', request)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000000 + time[2]
end

-- A limit as a request sends it, and where its counter's values are among those of its key.
local function read_limit(at)
  local strategy, window
  strategy, window, cursor = unpack('>BI8', request, cursor)
  if strategy == 98 then
    local scale, spare, spare_part, cost, cost_part
    scale, spare, spare_part, cost, cost_part, cursor = unpack('>I8i8I8I8I8', request, cursor)
    return {
      strategy = strategy, window = window, at = at, values = 2, bytes = 16, costs = cost + cost_part > 0,
      scale = scale, spare = spare, spare_part = spare_part, cost = cost, cost_part = cost_part,
    }
  end
  local spare_h, spare_l, cost_h, cost_l, last_h, last_l
  spare_h, spare_l, cost_h, cost_l, last_h, last_l, cursor = unpack('>i8I4I4I4I4I4', request, cursor)
  return {
    strategy = strategy, window = window, at = at, values = strategy == 102 and 3 or 5,
    bytes = strategy == 102 and 16 or 24, costs = cost_h + cost_l > 0,
    spare_h = spare_h, spare_l = spare_l, cost_h = cost_h, cost_l = cost_l, last_h = last_h, last_l = last_l,
  }
end

-- The limits of one key.
local function read_group()
  local count, ttl, names, format
  count, ttl, names, format, cursor = unpack('>BI8Bc0I2c0', request, cursor)
  local first = read_limit(4)
  local log, costs, at = first.strategy == 109 and first, first.costs, 4 + first.values
  local bytes, limits = 8 + #names + first.bytes, { first }
  for index = 2, count do
    local limit = read_limit(at)
    limits[index], costs, at, bytes = limit, costs or limit.costs, at + limit.values, bytes + limit.bytes
  end
  return {
    limits = limits, names = names, ttl = ttl, format = format, log = log, costs = costs, values = at, bytes = bytes,
  }
end

local plans = {}
for index = 1, plan_count do
  local charges, keys = byte(request, cursor, cursor + 1)
  cursor = cursor + 2
  local plan = { read_group(), charges = charges == 1, keys = keys }
  for key = 2, keys do plan[key] = read_group() end
  plans[index] = plan
end
