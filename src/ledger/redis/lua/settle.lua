#!lua flags=allow-oom
-- Charges what a reservation cost and frees the rest of its hold. After the hold was presumed
-- spent, corrects that charge, once. Runs under memory pressure too: what was spent is recorded.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's holds by the time they are due
-- ARGV[1] the reservation's 32 hex digits
-- ARGV[2] cost: amounts by unit, empty where it is as held
-- ARGV[3] the latest time that the gateway believes, ms
-- ARGV[4] how long to keep the finished hold, ms
--
-- Returns { "settled" or "replayed", charged } or { reason }.

local id, cost = hexId(ARGV[1]), vector(ARGV[2], 'cost')
local latest, retain = whole(ARGV[3], 'latest'), whole(ARGV[4], 'retain')

local stored = call('HMGET', KEYS[1], 'm', 'h:' .. id)
if not stored[1] then return { 'root_unknown' } end
if not stored[2] then return { 'reservation_unknown' } end
local meta, hold = readMeta(stored[1]), readHold(stored[2])
if hold.state == 'r' then return { 'already_resolved' } end

local charged = charges(cost, hold.granted)
local chargedText = vectorText(charged)
if hold.state == 's' then
  return { hold.charged == chargedText and 'replayed' or 'already_resolved', chargedText }
end

local writes = {}
if not charge(KEYS[1], hold, charged, writes) then return { 'amount_overflow' } end
if hold.state == 'o' then meta.open = meta.open - 1 end
meta.clock = instant(meta.clock, latest) or meta.clock
finish(meta, id, 's', hold.created, ' ' .. hold.granted .. ' ' .. chargedText,
  meta.clock + retain, writes)
return { 'settled', chargedText }
