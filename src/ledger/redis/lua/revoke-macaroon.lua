-- Revokes one macaroon of a root, and so all that were attenuated from it. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2] "FINGERPRINT EXPIRES ACTOR": 32 hex digits; when it expires; who does it, as the journal tells it
--
-- Returns { "SEQ NONCE TIME CALL", "done EXPIRES" or "replayed EXPIRES", "root_unknown", "expired" or
--   "too_many_revocations" }

-- That have not expired, of one root.
local MOST = 1000

local function revoke(print, expires, actor)
  if expires <= (now or meta.clock) then return 'expired' end
  local others, known = revocations.without(print)
  if known and known >= expires then return 'replayed ' .. text(known) end
  if #others >= MOST then return 'too_many_revocations' end
  revocations.add(print, expires, actor)
  return 'done ' .. text(expires)
end

register('revoke_macaroon', {}, function()
  local stored = call('HMGET', KEYS[1], 'g', 'm')
  if not openRecord(stored[1], stored[2]) then return { noStanding(), 'root_unknown' } end
  local answer = revoke(revocations.read(ARGV[2]))
  commit()
  return { standing(), answer }
end)
