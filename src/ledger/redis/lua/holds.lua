-- Shared by the functions that make or end holds.

local READ_HOLD = '^([oprst]) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+) (.*)$'

-- A hold's text: its state and due time, when and as which change it was made, whose it is, its leaf
-- account, what it holds, its fingerprint, what it is about, and what its state keeps (see keys.ts).
local function readHold(value)
  local state, due, created, seq, owner, leaf, granted, print, about, rest = match(value, READ_HOLD)
  if not state then corrupt('hold', value) end
  return {
    state = state,
    due = tonumber(due),
    created = tonumber(created),
    seq = tonumber(seq),
    owner = owner,
    leaf = leaf,
    granted = granted,
    print = print,
    about = about,
    rest = rest,
  }
end

-- Writes a hold with the rest of this call, and when it is due.
local function putHold(id, hold)
  hold.changed = true
  hold.text = format(HOLD, hold.state, hold.due, hold.created, hold.seq, hold.owner, hold.leaf,
    hold.granted, hold.print, hold.about, hold.rest)
  holds[id] = hold
  score(dueAdd, hold.due, rootId .. '.' .. id)
end

-- A hold's share in an account's windows: it counts in the window in which it was made, while that
-- lasts, and there only if the window was counted already.
local function shiftWindows(account, hold, unit, spent, held)
  for i = 1, #account.windows do
    local its = account.windows[i]
    if its.unit == unit and hold.created >= its.start and hold.seq > its.since then
      its.spent, its.held = its.spent + spent, its.held + held
      if its.spent < 0 or its.held < 0 then corrupt('window of ' .. account.field, its.held) end
    end
  end
end

-- Charges `charged` for a hold in place of what it holds, or of what was presumed. False, for
-- nothing to be changed, when a counter would reach 2^53.
local function resolve(hold, charged)
  local path, granted = pathOf(hold.leaf), vector(hold.granted, 'granted')
  for i = 1, #path do
    if path[i].new then corrupt('account', hold.leaf) end
  end
  local wasOpen = hold.state == 'o'
  for u = 1, UNITS do
    local by = (charged[u] or 0) - (granted[u] or 0)
    if by > 0 and overflows(path, u, by) then return false end
  end
  for u = 1, UNITS do
    if granted[u] or charged[u] then
      local back, cost = granted[u] or 0, charged[u] or 0
      local spent = wasOpen and cost or cost - back
      move(path, u, cost - back, spent)
      for i = 1, #path do
        if path[i].windows then shiftWindows(path[i], hold, u, spent, wasOpen and -back or 0) end
      end
    end
  end
  if wasOpen then meta.open = meta.open - 1 end
  return true
end

-- Ends a hold that has been resolved: its new state, what was charged (text), who did it (g, c or l)
-- and what the upstream said, as the journal has them.
local function finish(id, hold, kind, state, charged, by, upstream)
  change(kind, concat({ id, hold.leaf, hold.granted, charged, by, hold.about, upstream }, ' '))
  hold.state, hold.due = state, meta.clock + retain
  hold.rest = state == 's' and charged or '-'
  -- Only a presumed charge can still be corrected, and is told of again then.
  if state ~= 'p' then hold.about = '-' end
  putHold(id, hold)
end

-- Charges in full a hold that is past its deadline.
local function presume(id, hold)
  if not resolve(hold, vector(hold.granted, 'granted')) then corrupt('counters', hold.leaf) end
  finish(id, hold, 'presumed_spent', 'p', hold.granted, 'l', '-')
end
