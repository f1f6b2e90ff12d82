-- Shared by the scripts that end a hold: reading it, moving its amounts, writing its end.

-- A hold's text: its state and due time, and what its state keeps (see keys.ts).
local function readHold(value)
  local state, due, created, tail = match(value, '^([oprs]) (%d+) (%d+) ?(.*)$')
  if not state then corrupt('hold', value) end
  local hold = { state = state, due = tonumber(due), created = created }
  if state == 'o' or state == 'p' then
    hold.leaf, hold.granted = match(tail, '^(%S+) %d+ (%S+)')
  elseif state == 's' then
    hold.granted, hold.charged = match(tail, '^(%S+) (%S+)$')
  end
  if state ~= 'r' and not hold.granted then corrupt('hold', value) end
  return hold
end

-- What a settle charges: what it says, and the rest as held.
local function charges(cost, granted)
  local charged = vector(granted, 'granted')
  for u = 1, 4 do charged[u] = cost[u] or charged[u] end
  return charged
end

-- The fields of the accounts from the root's `a:` down to the leaf's.
local function pathTo(leaf)
  if leaf == 'a:' then return { leaf } end
  local fields, slash = { 'a:' }, find(leaf, '/', 1, true)
  while slash do
    fields[#fields + 1] = string.sub(leaf, 1, slash - 1)
    slash = find(leaf, '/', slash + 1, true)
  end
  fields[#fields + 1] = leaf
  return fields
end

-- Takes an open hold off every account of its path and charges `charged` there; after a presumed
-- charge, replaces that. Appends the accounts to `writes`; answers false, for nothing to be
-- written, when a counter would reach 2^53.
local function charge(root, hold, charged, writes)
  local granted = vector(hold.granted, 'granted')
  local fields = pathTo(hold.leaf)
  local stored = call('HMGET', root, unpack(fields))
  for i = 1, #fields do
    local account = readAccount(stored[i] or '')
    for u = 1, 4 do
      local back, cost = granted[u] or 0, charged[u] or 0
      if back > 0 or cost > 0 then
        local spent, held = tonumber(account[2 * u - 1]), tonumber(account[2 * u])
        if hold.state == 'o' then held = held - back else spent = spent - back end
        if held < 0 or spent < 0 then corrupt('counters of ' .. fields[i], stored[i]) end
        spent = spent + cost
        if spent + held >= TOO_MUCH then return false end
        account[2 * u - 1], account[2 * u] = text(spent), text(held)
      end
    end
    writes[#writes + 1], writes[#writes + 2] = fields[i], accountText(account)
  end
  return true
end

-- Writes a hold in its final state, with whatever `writes` has, as one change of the root.
-- `keep` is what that state keeps; it is forgotten at `forget`.
local function finish(meta, id, state, created, keep, forget, writes)
  forget = text(forget)
  call('HSET', KEYS[1], 'm', changed(meta), 'h:' .. id,
    state .. ' ' .. forget .. ' ' .. created .. keep, unpack(writes))
  call('ZADD', KEYS[2], forget, string.sub(KEYS[1], -32) .. '.' .. id)
end
