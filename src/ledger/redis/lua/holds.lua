-- Shared by the functions that make or end holds.

local READ_HOLD = '^([oprst]) (%d+) ((%d+) (%d+) (%S+) (%S+) (%S+) (%S+)) (%S+) (.*)$'

-- A hold's text: its state and due time, when and as which change it was made, whose it is, its leaf
-- account, what it holds, its fingerprint, what it is about, and what its state keeps (see keys.ts).
-- The holds that one call has made alike have the same text.
local readHold = memo(function(value)
  local state, due, lasting, created, seq, owner, leaf, granted, print, about, rest =
    match(value, READ_HOLD)
  if not state then corrupt('hold', value) end
  return {
    text = value,
    state = state,
    due = tonumber(due),
    -- What stays as long as it is kept.
    lasting = lasting,
    created = tonumber(created),
    seq = tonumber(seq),
    owner = owner,
    leaf = leaf,
    granted = granted,
    held = vector(granted, 'granted'),
    print = print,
    about = about,
    rest = rest,
  }
end)

-- The part of a hold's text that stays as long as it is kept. `seq` is 0 where no account of its path had
-- a window: then none ever counts it.
local function lastingText(created, seq, owner, leaf, granted, print)
  return text(created) .. ' ' .. text(seq) .. ' ' .. owner .. ' ' .. leaf .. ' ' .. granted .. ' ' .. print
end

local function holdText(state, due, lasting, about, rest)
  return state .. ' ' .. due .. ' ' .. lasting .. ' ' .. about .. ' ' .. rest
end

-- Writes a hold with the rest of this call, and when it is due.
local function putHold(id, due, value)
  holds[id] = value
  pair(holdWrites, 'h:' .. id, value)
  pair(dueAdd, due, rootId .. '.' .. id)
end

-- Where a hold is found that a caller made for itself, when its account is revoked.
local function nameOf(leaf, id)
  return HOLD .. leaf .. ' ' .. id
end

-- A hold's share in an account's windows: it counts in the window in which it was made, while that
-- lasts, and there only if the window was counted already.
local function shiftWindows(account, hold, unit, spent, held)
  for i = 1, #account.windows do
    local its = account.windows[i]
    if its.unit == unit and hold.created >= its.start and hold.seq > its.since then
      its.spent, its.held = moved(its.spent, its.held, spent + held, spent)
      if its.spent < 0 or its.held < 0 then corrupt('window of ' .. account.field, its.held) end
    end
  end
end

-- By unit, what is charged in place of what was held, and by how much more.
local function chargesOf(held, charged)
  local list = {}
  for u = 1, UNITS do
    if held[u] or charged[u] then
      local back, cost = held[u] or 0, charged[u] or 0
      list[#list + 1] = { unit = u, back = back, cost = cost, by = cost - back }
    end
  end
  return list
end

-- "GRANTED COST": what a hold is charged for that cost so much, where a unit that is missing cost as much
-- as was held; and whether any cost more.
local settling = memo(function(value)
  local granted, cost = match(value, '^(%S+) (%S+)$')
  local held, asked, charged, above = vector(granted, 'granted'), vector(cost, 'cost'), {}, false
  for u = 1, UNITS do
    charged[u] = asked[u] or held[u]
    if (charged[u] or 0) > (held[u] or 0) then above = true end
  end
  local its = vectorText(charged)
  return { charges = chargesOf(held, charged), text = its, answer = 'settled ' .. its, above = above }
end)

-- Whether any account of a path has windows. All of them must be there that an open hold is on; what was
-- presumed to cost nothing may have left none behind.
local function hasWindows(path, leaf, wasOpen)
  local windowed = false
  for i = 1, #path do
    if path[i].new and wasOpen then corrupt('account', leaf) end
    if path[i].windows then windowed = true end
  end
  return windowed
end

-- Charges a hold in place of what it holds, or of what was presumed. What only falls, on a path without windows, is not moved again at once
-- for the next hold of the same leaf that is charged the same.
local function resolve(hold, charges)
  local wasOpen, last = hold.state == 'o', repeated
  if last and last.charges == charges and last.leaf == hold.leaf and last.wasOpen == wasOpen then
    last.times = last.times + 1
    return
  end
  local path, rises = pathOf(hold.leaf), false
  local windowed = hasWindows(path, hold.leaf, wasOpen)
  for k = 1, #charges do
    local its = charges[k]
    if its.by > 0 then rises = true end
  end
  for k = 1, #charges do
    local its = charges[k]
    local spent = wasOpen and its.cost or its.by
    move(path, its.unit, its.by, spent)
    for i = 1, windowed and #path or 0 do
      if path[i].windows then
        shiftWindows(path[i], hold, its.unit, spent, wasOpen and -its.back or 0)
      end
    end
  end
  if wasOpen then open(path, -1) end
  prune(path)
  if not rises and not windowed then
    repeated = { path = path, leaf = hold.leaf, charges = charges, wasOpen = wasOpen, times = 0 }
  end
end

-- The texts of a hold that ends so: the words of the journal's entry behind its id, and the hold as it is
-- kept. Those that end alike in one call have them in common.
local function endingOf(hold, state, charged, by)
  local known = endings[hold]
  if known and known.state == state and known.charged == charged and known.by == by then
    return known
  end
  local due = text((now or meta.clock) + retain)
  -- Only a presumed charge can still be corrected, and is told of again then.
  local about = state == 'p' and hold.about or '-'
  known = {
    state = state,
    charged = charged,
    by = by,
    due = due,
    words = ' ' .. hold.leaf .. ' ' .. hold.granted .. ' ' .. charged .. ' ' .. by .. ' ' .. hold.about .. ' ',
    text = holdText(state, due, hold.lasting, about, state == 's' and charged or '-'),
  }
  endings[hold] = known
  return known
end

-- Ends a hold that has been resolved: its new state, what was charged (text), who did it (g, c or l)
-- and what the upstream said, as the journal has them.
local function finish(id, hold, kind, state, charged, by, upstream)
  local ending = endingOf(hold, state, charged, by)
  if hold.owner == 'c' then nameDrop[#nameDrop + 1] = nameOf(hold.leaf, id) end
  changeHold(kind, id, ending.words, upstream)
  putHold(id, ending.due, ending.text)
  return ending
end

-- Keeps an id of no hold at all, so that it is told again: the root's own, made by this call.
local function keepId(id, by)
  local lasting = lastingText(now or meta.clock, meta.seq + 1, 'g', 'a:', ',,,', '-')
  finish(id, readHold(holdText('r', '0', lasting, '-', '-')), 'released', 'r', ',,,', by, '-')
end

-- Keeps a top-up as long as its root, so that a repeat is recognised; and counts it.
local function keepTopUp(id, field, what)
  local lasting = lastingText(meta.clock, meta.seq, 'g', field, ',,,', '-')
  holds[id] = holdText('t', '0', lasting, '-', what)
  pair(holdWrites, 'h:' .. id, holds[id])
  topUps = (topUps or call('HGET', KEYS[1], 't') or 0) + 1
  pair(holdWrites, 't', text(topUps))
end

-- Charges in full a hold that is past its deadline.
local function presume(id, hold)
  resolve(hold, settling(hold.granted .. ' ,,,').charges)
  finish(id, hold, 'presumed_spent', 'p', hold.granted, 'l', '-')
end
