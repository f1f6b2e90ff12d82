#!lua flags=allow-oom
-- Gives a whole hold back. An id never seen is marked, so that it can't be reserved later.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's holds by the time they are due
-- ARGV[1] the reservation's 32 hex digits
-- ARGV[2] the latest time that the gateway believes, ms
-- ARGV[3] how long to keep the finished hold, ms
--
-- Returns { "released" or "replayed" } or { reason }.

local id = hexId(ARGV[1])
local latest, retain = whole(ARGV[2], 'latest'), whole(ARGV[3], 'retain')

local stored = call('HMGET', KEYS[1], 'm', 'h:' .. id)
if not stored[1] then return { 'root_unknown' } end
local meta = readMeta(stored[1])
meta.clock = instant(meta.clock, latest) or meta.clock

local writes, created = {}, text(meta.clock)
if stored[2] then
  local hold = readHold(stored[2])
  if hold.state == 'r' then return { 'replayed' } end
  -- Past its deadline it is spent, whether a sweep has been here or not.
  if hold.state ~= 'o' or meta.clock >= hold.due then return { 'already_resolved' } end
  if not charge(KEYS[1], hold, {}, writes) then corrupt('counters', hold.leaf) end
  meta.open, created = meta.open - 1, hold.created
end
finish(meta, id, 'r', created, '', meta.clock + retain, writes)
return { 'released' }
