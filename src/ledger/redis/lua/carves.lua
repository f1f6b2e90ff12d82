-- Shared by the functions that make, end or charge carve-outs: their ends.

-- What begins a member of KEYS[6] that is no account.
local CARVE, HOLD = 'c ', 'h '

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
  nameDrop[#nameDrop + 1] = CARVE .. member
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

-- Ends what is set aside for accounts of a path although its end has come, before they are charged again.
local function endPast(path)
  for i = 1, #path do
    for u = 1, UNITS do
      local carve = path[i].carves and path[i].carves[u]
      if carve and carve.stop <= now then endCarve(carveMember(path[i].field, u), 'expired') end
    end
  end
end
