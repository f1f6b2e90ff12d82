-- Gives a root back what a store has lost of it, or a part of that, while its tenant is closed for a
-- recovery. Nothing is refused for a limit: it was spent. KEYS and ARGV[1] as in root.lua, with the
-- mark "!".
--
-- KEYS[7] the tenant's roots
-- ARGV[2] 32 hex digits of this part: the same again changes nothing
-- ARGV[3] "more": another part will follow, and until then the record's `u` has the number of the last
--         change before the first part, or "-" of a root that was not there. "last": none will
-- ARGV[4] the number of the last change that anybody knows of it, after which these begin, so that none has a
--         number that another had, and the last word is the one of the greatest number; -1 for none
-- ARGV[5] of a root that is to be opened, its genesis (see open-root.lua), or "-"
-- ARGV[6] the recovery's token
-- ARGV[7…] any of
--   "charge ID LEAF COST STATE WINDOWS"  a hold that is not here, which cost so much: settled (s) or
--                           presumed spent (p). It counts in the windows that the path's accounts have,
--                           and in WINDOWS, "a:BELOW:UNIT:WINDOW;" each or "-", which begin with it
--   "settle ID COST"        one that is open here, or was presumed spent
--   "release ID"            one that is open here, whatever its deadline
--   "presume ID"            the same
--   "topup ID FIELD UNIT MICROS ACTOR"
--   "standing FIELD o|p|r|c ACTOR"
--   "macaroon FINGERPRINT EXPIRES ACTOR"  a macaroon of it that was revoked
--
-- Returns { "SEQ NONCE TIME CALL", "recovered" or "replayed" }

local KIND = { o = 'resumed', p = 'paused', r = 'revoked', c = 'closed' }

local function windowsByField(value)
  local byField, at = {}, value == '-' and 2 or 1
  while at <= #value do
    local field, unit, window, after = match(value, '^(a:[^:;]*):([1-4]):([1-5]);()', at)
    if not field then bad('windows', value, '- or FIELD:UNIT:WINDOW; for each') end
    byField[field] = byField[field] or {}
    table.insert(byField[field], { unit = tonumber(unit), window = tonumber(window) })
    at = after
  end
  return byField
end

local DO = {}

function DO.charge(rest)
  local id, leaf, costText, state, windows = match(rest, '^(%x+) (a:%S*) (%S+) ([sp]) (%S+)$')
  if not id then bad('charge', rest, 'ID LEAF COST STATE WINDOWS') end
  if holds[id] or call('HEXISTS', KEYS[1], 'h:' .. hexId(id)) == 1 then
    bad('charge', id, 'an id that is not here')
  end
  local path, cost, before, tracked = pathOf(leaf), vector(costText, 'cost'), meta.seq, {}
  local byField = windowsByField(windows)
  for _, account in ipairs(path) do
    if account.windows or byField[account.field] then
      openWindows(account, byField[account.field] or {}, nil, before, tracked)
    end
  end
  open(path, 1)
  for u = 1, UNITS do
    if cost[u] then
      move(path, u, cost[u], 0)
      for _, account in ipairs(path) do
        for _, its in ipairs(account.windows or {}) do
          if its.unit == u then its.spent, its.held = moved(its.spent, its.held, cost[u], 0) end
        end
      end
    end
  end
  local content = '0 ' .. costText .. ' ' .. costText
  changeHold('held', id, concat({ '', leaf, 'g', costText, text(now), '-', '-', '0', content,
    #tracked > 0 and concat(tracked) or '-', '-' }, ' '))
  local lasting = lastingText(now, meta.seq, 'g', leaf, costText, '-')
  local hold = readHold(holdText('o', text(now), lasting, '-', '0 ' .. content))
  resolve(hold, chargesOf(cost, cost))
  finish(id, hold, state == 'p' and 'presumed_spent' or 'settled', state, costText, 'l', '-')
end

-- A hold that is in one of these states, and that no other operation of this call was about.
local function holdHere(id, states)
  local value = not holds[id] and call('HGET', KEYS[1], 'h:' .. hexId(id))
  local hold = value and readHold(value)
  if not hold or not find(states, hold.state, 1, true) then bad('hold', id, 'one in state ' .. states) end
  return hold
end

function DO.settle(rest)
  local id, costText = match(rest, '^(%x+) (%S+)$')
  if not id then bad('settle', rest, 'ID COST') end
  local hold = holdHere(id, 'op')
  local kind = hold.state == 'p' and 'corrected' or 'settled'
  resolve(hold, chargesOf(hold.held, vector(costText, 'cost')))
  finish(id, hold, kind, 's', costText, 'l', '-')
end

function DO.release(id)
  local hold = holdHere(id, 'o')
  resolve(hold, chargesOf(hold.held, {}))
  finish(id, hold, 'released', 'r', ',,,', 'l', '-')
end

function DO.presume(id)
  presume(id, holdHere(id, 'o'))
end

function DO.topup(rest)
  local id, field, unit, micros, actor = match(rest, '^(%x+) (a:%S*) ([1-4]) (%d+) (%S+)$')
  if not id then bad('topup', rest, 'ID FIELD UNIT MICROS ACTOR') end
  -- However many recoveries give it back, or gateways know of it, it counts once.
  if holds[id] or call('HEXISTS', KEYS[1], 'h:' .. hexId(id)) == 1 then
    bad('topup', id, 'an id that is not here')
  end
  readAccounts(pathTo(field))
  local account, u = accounts[field], tonumber(unit)
  local top = account.top or {}
  local raised = { top[1], top[2], top[3], top[4] }
  raised[u] = (raised[u] or 0) + amount(micros, 'top-up')
  if raised[u] >= TOO_MUCH then bad('topup', micros, 'sums below 2^53') end
  touch(account)
  account.top = raised
  local what = unit .. ' ' .. micros
  change('topped_up', concat({ field, hexId(id), what, actor }, ' '))
  keepTopUp(id, field, what)
end

function DO.standing(rest)
  local field, after, actor = match(rest, '^(a:%S*) ([oprc]) (%S+)$')
  if not field then bad('standing', rest, 'FIELD o|p|r|c ACTOR') end
  readAccounts(pathTo(field))
  touch(accounts[field])
  accounts[field].standing = after ~= 'o' and after or nil
  change(KIND[after], field .. ' ' .. actor)
  if after == 'r' or after == 'c' then noteClosing(field) end
end

function DO.macaroon(rest)
  revocations.add(revocations.read(rest))
end

-- A root that is not there, as if it had just been opened.
local function openAgain(after, opens)
  if opens == '-' then bad('root', rootId, 'one that is there, or its genesis') end
  now = instant(latest)
  if not now then return end
  checkGenesis(opens)
  meta, genesis = { clock = now, seq = after, rest = '', revoked = 0 }, opens
  change('opened', opens)
end

register('recover', { 'allow-oom' }, function()
  local id, part, opens, token = hexId(ARGV[2]), ARGV[3], ARGV[5], tenant.token(ARGV[6])
  local after = ARGV[4] == '-1' and -1 or whole(ARGV[4], 'last change')
  if part ~= 'more' and part ~= 'last' then bad('part', part, 'more or last') end
  hexId(rootId)
  local stored = call('HMGET', KEYS[1], 'g', 'm', 'h:' .. id, 'u')
  local isThere = openRecord(stored[1], stored[2])
  tenant.requireRecovery(KEYS[5], token)
  if isThere and stored[3] then return { standing(), 'replayed' } end
  local before = stored[4] or isThere and text(meta.seq) or '-'
  if isThere then meta.seq = max(meta.seq, after) else openAgain(after, opens) end
  if not now then bad('clock', 'one far ahead', 'the store\'s and this machine\'s to agree') end
  for i = 7, #ARGV do
    local kind, rest = match(ARGV[i], '^(%l+) (.+)$')
    if not DO[kind] then bad('operation', ARGV[i], 'one of a recovery') end
    DO[kind](rest)
  end
  -- By this, the same part is recognised.
  keepId(id, 'l')
  commit()
  if not isThere then
    call('HSET', KEYS[1], 'g', opens)
    tenant.listRoot()
  end
  if part == 'more' then
    call('HSET', KEYS[1], 'u', before)
  else
    call('HDEL', KEYS[1], 'u')
  end
  return { standing(), 'recovered' }
end)
