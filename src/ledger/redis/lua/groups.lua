-- Shared by the functions that take operations of one root as a group: holds to be ended or prolonged, and
-- reservations. All that they need is read at once, and what they change is written at once.

-- In resolve.lua and in reserve.lua: how each kind is read from ARGV, and done.
local readEnds, endHolds, readReservations, makeHolds

-- Takes what was read for operations of one kind: accounts from a place of `fields` on, then the holds.
local function takeStored(asked, fields, stored)
  for i = asked.first, asked.firstHold do unread[fields[i]] = stored[i] end
  for i = 1, #asked.ids do holds[asked.ids[i]] = stored[asked.firstHold + i] end
end

-- Does what is asked of each kind, if anything: what ends comes first, since it gives back. Answers the root's
-- standing; its genesis, where there are reservations; and each operation, in the order asked.
local function answerGroup(fields, ends, reservations)
  local stored = call('HMGET', KEYS[1], unpack(fields))
  local answers = reservations and { '', '-' } or { '' }
  if not openRecord(stored[1], stored[2]) then
    local count = (ends and #ends.ids or 0) + (reservations and #reservations.ids or 0)
    for _ = 1, count do answers[#answers + 1] = 'root_unknown' end
    answers[1] = noStanding()
    return answers
  end
  if ends then takeStored(ends, fields, stored) end
  if reservations then takeStored(reservations, fields, stored) end
  if ends then endHolds(ends, answers) end
  if reservations then
    moveRepeated()
    makeHolds(reservations, answers)
  end
  commit()
  answers[1] = standing()
  if reservations then answers[2] = genesis end
  return answers
end
