
-- Whether a * b < c * d, for whole numbers below 2^53, b and c above 0, exactly.
local function less(a, b, c, d)
  local ab, cd = a * b, c * d
  if ab < 9007199254740992 and cd < 9007199254740992 then return ab < cd end
  -- The products don't fit: compare a / c with d / b, whole parts first, then the rests turned over.
  while true do
    local p, q = math.floor(a / c), math.floor(d / b)
    if p ~= q then return p < q end
    a, d = a - p * c, d - q * b
    if d == 0 then return false end
    if a == 0 then return true end
    a, b, c, d = b, a, d, c
  end
end

-- The strategies. Each is given the values of a counter, tells whether the charge fits, and if so changes
-- them. What is a window ahead of its time shows that the clock was set back, as by a failover, and says
-- nothing any more, so that nobody waits until the clock has caught up. A bucket doesn't show it: it is
-- ahead as well if its burst was greater when it was charged, or is so in another process.
local strategies = {}

-- Fixed window: its end, the count.
strategies[102] = function(limit, values, at)
  local window, ends, h, l = limit.window, values[at], values[at + 1], values[at + 2]
  if ends <= now or ends > now + 2 * window then ends, h, l = now + window, 0, 0 end
  local fits = h < limit.spare_h or h == limit.spare_h and l <= limit.spare_l
  if fits and limit.costs then
    h, l = h + limit.cost_h, l + limit.cost_l
    if l >= HALF then h, l = h + 1, l - HALF end
    values[at], values[at + 1], values[at + 2] = ends, h, l
  end
  return fits
end

-- Sliding window: the end of the next window, the current count, the previous count.
strategies[115] = function(limit, values, at)
  local window, h, l, ph, pl = limit.window, values[at + 1], values[at + 2], values[at + 3], values[at + 4]
  local start = values[at] - 2 * window
  local age = now - start
  if age < -window then
    h, l, ph, pl = 0, 0, 0, 0
  elseif age < 0 then
    age = 0
  elseif age >= window then
    ph, pl, h, l = h, l, 0, 0
    start, age = start + window, age - window
    if age >= window then ph, pl = 0, 0 end
  end
  if h + l + ph + pl == 0 then start, age = now, 0 end
  local rest, low = limit.spare_h - h, limit.spare_l - l
  if low < 0 then rest, low = rest - 1, low + HALF end
  -- The previous count in sight, rounded down, must be at most the rest.
  local previous, bound = ph * HALF + pl, rest * HALF + low + 1
  local fits = rest >= 0 and (previous < bound or less(previous, window - age, bound, window))
  if fits and limit.costs then
    h, l = h + limit.cost_h, l + limit.cost_l
    if l >= HALF then h, l = h + 1, l - HALF end
    values[at], values[at + 1], values[at + 2] = start + 2 * window, h, l
    values[at + 3], values[at + 4] = ph, pl
  end
  return fits
end

-- Token bucket: the moment at which it is full.
strategies[98] = function(limit, values, at)
  local full, part, scale = values[at], values[at + 1], limit.scale
  if part >= scale then part = scale - 1 end
  if full < now then full, part = now, 0 end
  local ahead = full - now
  local fits = ahead < limit.spare or ahead == limit.spare and part <= limit.spare_part
  if fits and limit.costs then
    full, part = full + limit.cost, part + limit.cost_part
    if part >= scale then full, part = full + 1, part - scale end
    values[at], values[at + 1] = full, part
  end
  return fits
end
