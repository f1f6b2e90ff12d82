-- Changes the standing of an account, and so of all below it. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2] "ACTION FIELD ACTOR": pause, resume, revoke or close; the account's field; who does it, as
--         the journal tells it
--
-- Returns { "SEQ NONCE TIME CALL", "done BEFORE AFTER" or "replayed BEFORE AFTER" (o, p, r or c),
--   "root_unknown" or "final STANDING" }

local AFTER = { pause = 'p', resume = 'o', revoke = 'r', close = 'c' }
local KIND = { pause = 'paused', resume = 'resumed', revoke = 'revoked', close = 'closed' }

local function control(action, field, actor)
  readAccounts(pathTo(field))
  local account = accounts[field]
  local before, after = account.standing or 'o', AFTER[action]
  if before == after then return 'replayed ' .. before .. ' ' .. after end
  if before == 'r' or before == 'c' then return 'final ' .. before end
  touch(account)
  account.standing = after ~= 'o' and after or nil
  if after == 'o' then prune(pathOf(field)) end
  change(KIND[action], field .. ' ' .. actor)
  if after == 'r' or after == 'c' then
    -- What this call does not end, the sweep does.
    noteClosing(field)
    endBelow(field)
  end
  return 'done ' .. before .. ' ' .. after
end

register('control', {}, function()
  local action, field, actor = match(ARGV[2] or '', '^(%l+) (a:%S*) (%S+)$')
  if not AFTER[action] then bad('control', ARGV[2], 'ACTION FIELD ACTOR') end
  local stored = call('HMGET', KEYS[1], 'g', 'm')
  if not openRecord(stored[1], stored[2]) then return { noStanding(), 'root_unknown' } end
  local answer = control(action, field, actor)
  commit()
  return { standing(), answer }
end)
