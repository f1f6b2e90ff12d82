-- Shared by the functions that end what is due: at accounts that an operator has revoked or closed, and of
-- carve-outs past their end.

-- Lua has room for 200 names beside each other: what only this file needs is out of the others' sight.
local noteClosing, dropClosing, endBelow, endDue
do

-- A revoked or closed account's member of KEYS[3], and after the root's id of KEYS[2], as long as something
-- at it or below it may have to be ended. Its score is before every time.
local CLOSING, BEFORE_ALL = ' *', '-1'

function noteClosing(field)
  pair(carveAdd, BEFORE_ALL, field .. CLOSING)
  pair(dueAdd, BEFORE_ALL, rootId .. '.' .. field .. CLOSING)
end

function dropClosing(field)
  carveDrop[#carveDrop + 1] = field .. CLOSING
  dueDrop[#dueDrop + 1] = rootId .. '.' .. field .. CLOSING
end

-- The members of KEYS[6] of one kind at an account and below it, by the bytes of its name, at most `most`.
local function namesBelow(kind, field, most)
  local from, own = '[' .. kind .. field, {}
  if field == 'a:' then
    return call('ZRANGE', KEYS[6], from, '(' .. kind .. 'a;', 'BYLEX', 'LIMIT', 0, most)
  end
  own = call('ZRANGE', KEYS[6], from .. ' ', '(' .. kind .. field .. '!', 'BYLEX', 'LIMIT', 0, most)
  if #own == most then return own end
  -- "0" is the byte after "/".
  local below = call('ZRANGE', KEYS[6], from .. '/', '(' .. kind .. field .. '0', 'BYLEX', 'LIMIT', 0,
    most - #own)
  for i = 1, #below do own[#own + 1] = below[i] end
  return own
end

-- Ends the holds that callers made for themselves at an account and below it: their outcome is unknown.
local function presumeBelow(field)
  local names, fields, presumed = namesBelow(HOLD, field, endsLeft), {}, 0
  if #names == 0 then return 0 end
  for i = 1, #names do fields[i] = 'h:' .. sub(names[i], -32) end
  local stored = call('HMGET', KEYS[1], unpack(fields))
  for i = 1, #names do
    local id = sub(names[i], -32)
    local value = holds[id] or stored[i]
    local hold = value and readHold(value)
    if hold and hold.state == 'o' then
      presume(id, hold)
      presumed = presumed + 1
    else
      nameDrop[#nameDrop + 1] = names[i]
    end
  end
  endsLeft = endsLeft - #names
  return presumed
end

-- Ends what a revoked or closed account has at it and below it, as far as this call may. Answers how many holds,
-- how many carve-outs, and whether nothing is left.
function endBelow(field)
  readAccounts(pathTo(field))
  local standing, ended = accounts[field].standing, 0
  if standing ~= 'r' and standing ~= 'c' then return 0, 0, true end
  if endsLeft == 0 then return 0, 0, false end
  local cause = standing == 'r' and 'revoked' or 'closed'
  local presumed = presumeBelow(field)
  if endsLeft == 0 then return presumed, 0, false end
  local names = namesBelow(CARVE, field, endsLeft)
  for i = 1, #names do ended = ended + endCarve(sub(names[i], #CARVE + 1), cause) end
  endsLeft = endsLeft - #names
  return presumed, ended, endsLeft > 0
end

-- Ends what is due under this root, as far as this call may: first what revoked and closed accounts have left.
-- Answers how many. What is left is a sweep's, or the next one's who lacks it.
function endDue()
  local ended = 0
  local closings = call('ZRANGE', KEYS[3], BEFORE_ALL, BEFORE_ALL, 'BYSCORE', 'LIMIT', 0, ENDED_AT_ONCE)
  for i = 1, #closings do
    local presumed, carves = endBelow(sub(closings[i], 1, -#CLOSING - 1))
    ended = ended + presumed + carves
  end
  if endsLeft == 0 then return ended end
  local due = call('ZRANGE', KEYS[3], '(' .. BEFORE_ALL, text(now), 'BYSCORE', 'LIMIT', 0, endsLeft)
  for i = 1, #due do ended = ended + endCarve(due[i], 'expired') end
  endsLeft = endsLeft - #due
  return ended
end
end
