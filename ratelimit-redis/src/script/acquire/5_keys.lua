
-- By strategy: what a counter looks like, and of how many bytes it is.
local FORMATS = { [102] = '>I8I4I4', [115] = '>I8I4I4I4I4', [98] = '>I8I8' }
local BYTES = { [102] = 16, [115] = 24, [98] = 16 }

-- The values of a group's counters in a key that holds none of them, or others too; and those others, as
-- far as they say anything yet: their names, and what they hold.
local function sort_out(value, group)
  local values, others = { #group.limits, 0, group.names }, { names = '', states = '' }
  for at = 4, group.values - 1 do values[at] = 0 end
  if not value then return values, others end
  local count, lives = unpack('>BI7', value)
  local state = 9 + 8 * count
  values[2] = lives
  for index = 0, count - 1 do
    local name = sub(value, 9 + 8 * index, 16 + 8 * index)
    local strategy, wanted = byte(name), nil
    for position = 1, #group.limits do
      if sub(group.names, 8 * position - 7, 8 * position) == name then wanted = group.limits[position] end
    end
    if wanted then
      local held = { unpack(FORMATS[strategy], value, state) }
      for offset = 1, wanted.values do values[wanted.at + offset - 1] = held[offset] end
    elseif unpack('>I8', value, state) > now then
      others.names, others.states =
        others.names .. name, others.states .. sub(value, state, state + BYTES[strategy] - 1)
    end
    state = state + BYTES[strategy]
  end
  return values, others
end

-- Writes what a group's counters have become: over what they were, unless the key must live longer.
local function write_counters(group, key, values, others)
  local needed = 0
  for _, limit in ipairs(group.limits) do
    if limit.costs and values[limit.at] > needed then needed = values[limit.at] end
  end
  if not others and needed <= values[2] then
    call('SETRANGE', key, '0', pack(group.format, unpack_values(values)))
    return
  end
  local lives = math.max(values[2], now + group.ttl * 1000)
  values[2] = lives
  local value = pack(group.format, unpack_values(values))
  if others and others.names ~= '' then
    local own = 8 + #group.names
    value = string.char(#group.limits + #others.names / 8) .. sub(value, 2, own) .. others.names
      .. sub(value, own + 1) .. others.states
  end
  call('SET', key, value, 'PX', math.ceil((lives - now) / 1000))
end
