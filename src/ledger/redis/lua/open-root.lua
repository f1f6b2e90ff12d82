#!lua
-- Makes a root account, once.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's roots
-- ARGV[1] genesis: "KID EXPIRES LIMITS JSON" (see keys.ts)
-- ARGV[2] the latest time that the gateway believes, ms
--
-- Returns "opened", "replayed" or "root_conflict".

local kid, expires, presented = match(ARGV[1] or '', '^([a-z0-9-]+) (%d+) (%S*) {.*}$')
if not kid or #kid > 32 then bad('genesis', ARGV[1], 'KID EXPIRES LIMITS JSON') end
whole(expires, 'expires')
limits(presented, function() end)
local latest = whole(ARGV[2], 'latest')
local rootId = hexId(string.sub(KEYS[1], -32))

local stored = call('HMGET', KEYS[1], 'g', 'm')
if stored[1] or stored[2] then
  if not stored[1] or not stored[2] then corrupt('root', stored[1] or stored[2]) end
  return stored[1] == ARGV[1] and 'replayed' or 'root_conflict'
end

call('HSET', KEYS[1], 'g', ARGV[1], 'm', text(instant(0, latest) or 0) .. ' 0 0 0')
call('ZADD', KEYS[2], 0, rootId)
return 'opened'
