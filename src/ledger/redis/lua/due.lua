#!lua flags=no-writes
-- What is due in a tenant: open holds past their deadline, finished ones kept long enough.
--
-- KEYS[1] the tenant's holds by the time they are due
-- ARGV[1] the latest time that the gateway believes, ms
-- ARGV[2] at most so many
--
-- Returns "ROOTID.ID" for each, the longest due first; none by a clock that is not believed.

local latest, most = whole(ARGV[1], 'latest'), whole(ARGV[2], 'most')
local now = instant(0, latest)
if not now then return {} end
return call('ZRANGE', KEYS[1], '-inf', text(now), 'BYSCORE', 'LIMIT', 0, most)
