#!lua flags=allow-oom
-- Sweeps holds of one root: presumes open ones past their deadline spent, and drops finished ones
-- that were kept long enough. Looks at each for itself, so that any number of sweepers may come
-- with the same list. An id that the record does not have leaves the list alone.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's holds by the time they are due
-- ARGV[1] the latest time that the gateway believes, ms
-- ARGV[2] how long to keep a finished hold, ms
-- ARGV[3…] the 32 hex digits of each reservation
--
-- Returns { how many were presumed spent, how many were forgotten }.

local latest, retain = whole(ARGV[1], 'latest'), whole(ARGV[2], 'retain')
for i = 3, #ARGV do hexId(ARGV[i]) end

local rootId, presumed, forgotten = string.sub(KEYS[1], -32), 0, 0
local meta = readMeta(call('HGET', KEYS[1], 'm') or '0 0 0 0')
local now = instant(meta.clock, latest)
if not now then return { 0, 0 } end
meta.clock = now

for i = 3, #ARGV do
  local id = ARGV[i]
  local value = call('HGET', KEYS[1], 'h:' .. id)
  local hold = value and readHold(value)
  if not hold then
    call('ZREM', KEYS[2], rootId .. '.' .. id)
  elseif hold.due <= now then
    if hold.state == 'o' then
      local writes = {}
      if not charge(KEYS[1], hold, vector(hold.granted, 'granted'), writes) then
        corrupt('counters', hold.leaf)
      end
      meta.open = meta.open - 1
      local keep = ' ' .. hold.leaf .. ' 0 ' .. hold.granted
      finish(meta, id, 'p', hold.created, keep, now + retain, writes)
      presumed = presumed + 1
    else
      call('HDEL', KEYS[1], 'h:' .. id)
      call('ZREM', KEYS[2], rootId .. '.' .. id)
      forgotten = forgotten + 1
    end
  end
end
return { presumed, forgotten }
