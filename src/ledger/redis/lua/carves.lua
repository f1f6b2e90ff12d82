-- Shared by the functions that make, end or charge carve-outs: their ends.

-- A carve-out's member of KEYS[3], and after the root's id of KEYS[2]: so they are in the order of the
-- accounts' names, then of units.
local function carveMember(field, unit)
  return field .. ' ' .. text(unit)
end

-- Gives back what is set aside for an account in one unit and neither spent nor held. The list of
-- ends is written with the rest of the call: what has been ended or prolonged in it stays.
local function endCarve(member, cause)
  local field, unit = match(member, '^(a:%S*) ([1-4])$')
  if not field then corrupt('carve-out', member) end
  unit = tonumber(unit)
  local path = pathOf(field)
  local account = path[#path]
  local carve = account.carves and account.carves[unit]
  if carve and cause == 'expired' and carve.stop > now then return 0 end
  carveDrop[#carveDrop + 1] = member
  dueDrop[#dueDrop + 1] = rootId .. '.' .. member
  if not carve then return 0 end
  account.carves[unit] = nil
  touch(account)
  local used = account[2 * unit - 1] + account[2 * unit]
  if carve.micros > used then
    move({ unpack(path, 1, #path - 1) }, unit, used - carve.micros, 0)
  end
  prune(path)
  change('carve_ended', concat({ field, text(unit), text(carve.micros), cause }, ' '))
  return 1
end

-- At most so many ends in one call, so that no one pays for a whole tree's.
local ENDED_AT_ONCE = 1000

-- Ends the carve-outs of this root that are past their end. Answers how many.
local function endCarvesDue()
  local due, ended = call('ZRANGE', KEYS[3], '-inf', text(now), 'BYSCORE', 'LIMIT', 0,
    ENDED_AT_ONCE), 0
  for i = 1, #due do
    ended = ended + endCarve(due[i], 'expired')
  end
  return ended
end

local function isPastEnd(path)
  for i = 1, #path do
    for _, carve in pairs(path[i].carves or {}) do
      if carve.stop <= now then return true end
    end
  end
end
