-- Sweeps one root: presumes open holds past their deadline spent, ends carve-outs past their end, and
-- drops finished holds and top-ups that were kept long enough; and goes on with ending what revoked and closed
-- accounts have left, as far as one call may. Looks at each for itself, once, so that
-- any number of sweepers may come with the same list. What the record does not have leaves the list alone.
-- KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2…] the members of the list: a hold's 32 hex digits, or an account's field, a space and a unit, or "*"
--          for one that was revoked or closed
--
-- Returns { "SEQ NONCE TIME CALL", presumed spent, forgotten, carve-outs ended, each how many, and 1 if what
--   was in the list is not all done, or 0 }

-- What is no hold here any more leaves the list. Answers how many were presumed spent, and forgotten.
local function sweepHold(id)
  local value = call('HGET', KEYS[1], 'h:' .. id)
  local hold = value and readHold(value)
  if hold and hold.due > now then return 0, 0 end
  if hold and hold.state == 'o' then
    presume(id, hold)
    return 1, 0
  end
  dueDrop[#dueDrop + 1] = rootId .. '.' .. id
  if not hold then return 0, 0 end
  gone[#gone + 1] = 'h:' .. id
  return 0, 1
end

-- Holds first, since what a carve-out gives back is what its holds leave of it.
local function sweep()
  local presumed, forgotten, ended, seen, left = 0, 0, 0, {}, '0'
  for i = 2, #ARGV do
    local id = ARGV[i]
    if not find(id, '^a:') and not seen[id] then
      seen[id] = true
      local p, f = sweepHold(id)
      presumed, forgotten = presumed + p, forgotten + f
    end
  end
  for i = 2, #ARGV do
    local field = match(ARGV[i], '^(a:.*) %*$')
    if field then
      local p, e, isDone = endBelow(field)
      presumed, ended = presumed + p, ended + e
      if isDone then dropClosing(field) else left = '1' end
    end
  end
  for i = 2, #ARGV do
    if find(ARGV[i], '^a:.*[1-4]$') then ended = ended + endCarve(ARGV[i], 'expired') end
  end
  return presumed, forgotten, ended, left
end

register('sweep', { 'allow-oom' }, function()
  for i = 2, #ARGV do
    if not find(ARGV[i], '^a:%S* [1-4*]$') then hexId(ARGV[i]) end
  end
  local stored = call('HMGET', KEYS[1], 'g', 'm')
  if not openRecord(stored[1], stored[2]) then
    -- A root that is gone leaves nothing to sweep.
    for i = 2, #ARGV do dueDrop[#dueDrop + 1] = rootId .. '.' .. ARGV[i] end
    commit()
    return { noStanding(), '0', '0', '0', '0' }
  end
  local presumed, forgotten, ended, left = 0, 0, 0, '0'
  if now then presumed, forgotten, ended, left = sweep() end
  commit()
  return { standing(), text(presumed), text(forgotten), text(ended), left }
end)
