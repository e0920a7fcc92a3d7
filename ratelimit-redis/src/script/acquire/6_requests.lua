
-- Each request is decided on its own, in order. Its groups are read, then its groups are written.

local replies, said = { pack('>I8', now) }, 1
local found, others = {}, {}

local function transact(plan, first)
  local allowed = true
  for index = 1, plan.keys do
    local group, key = plan[index], KEYS[first + index]
    local fits = true
    said = said + 1
    if group.log then
      fits, replies[said], found[index] = look_into_log(group.log, key)
    else
      local value, values, rest = call('GET', key), nil, nil
      if value and #value == group.bytes then values = { unpack(group.format, value) } end
      if values and values[3] == group.names then
        values[group.values] = nil -- where reading has ended
      else
        values, rest = sort_out(value, group)
        value = pack(group.format, unpack_values(values))
      end
      others[index] = rest
      replies[said], found[index] = value, values
      for _, limit in ipairs(group.limits) do
        if not strategies[limit.strategy](limit, values, limit.at) then fits = false end
      end
    end
    allowed = allowed and fits
  end
  if allowed and plan.charges then
    for index = 1, plan.keys do
      local group, key = plan[index], KEYS[first + index]
      if not group.costs then
        -- Nothing is taken of it.
      elseif group.log then
        write_log(group.log, key, group.ttl, found[index])
      else
        write_counters(group, key, found[index], others[index])
      end
    end
  end
  return allowed
end

local key = 0
for index = cursor, #request do
  local plan = plans[byte(request, index)]
  said = said + 1
  local verdict = said
  -- All reading is done before the first write, and that is where a write fails: out of memory, a
  -- replica. One request's failure is not the others'.
  local ok, answer = pcall(transact, plan, key)
  if ok then
    replies[verdict] = answer and '\1' or '\0'
  else
    answer = type(answer) == 'table' and answer.err or tostring(answer)
    -- But a replica fails them all alike, and has written nothing: this goes to whoever keeps the connection.
    local read_only = answer:find('READONLY', 1, true)
    if read_only then return { err = sub(answer, read_only) } end
    for unsaid = verdict + 1, said do replies[unsaid] = nil end
    said = verdict
    replies[verdict] = pack('>BI2', 2, #answer) .. answer
  end
  key = key + plan.keys
end
return table.concat(replies)
