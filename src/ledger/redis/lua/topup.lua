-- Raises an account's first budget of a unit, once for each id. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2] "ID FIELD UNIT MICROS ACTOR": 32 hex digits, the account's field, 1 to 4, by how much, who
--         does it, as the journal tells it
--
-- Returns { "SEQ NONCE TIME CALL", "done AMOUNTS" or "replayed AMOUNTS" (topped up in all),
--   "root_unknown", "id_conflict", "final", "too_many_top_ups" or "amount_overflow" }

-- Of one root, ever.
local MAX_TOP_UPS = 10000

local TOP_UP = '^(%x+) (a:%S*) ([1-4]) (%d+) (%S+)$'

local function mintedFirst(unit)
  for _, limit in ipairs(readMinted(genesis).limits) do
    if limit.unit == unit then return limit.micros end
  end
  return 0
end

local function topUp(known, id, field, unit, micros, actor)
  readAccounts(pathTo(field))
  local account = accounts[field]
  local what = text(unit) .. ' ' .. text(micros)
  if known then
    local hold = readHold(known)
    local same = hold.state == 't' and hold.leaf == field and hold.rest == what
    return same and 'replayed ' .. vectorText(account.top or {}) or 'id_conflict'
  end
  if account.standing == 'r' or account.standing == 'c' then return 'final' end
  if tonumber(call('HGET', KEYS[1], 't') or '0') >= MAX_TOP_UPS then return 'too_many_top_ups' end
  local top = account.top or {}
  local raised = { top[1], top[2], top[3], top[4] }
  raised[unit] = (raised[unit] or 0) + micros
  if raised[unit] + (field == 'a:' and mintedFirst(unit) or 0) >= TOO_MUCH then
    return 'amount_overflow'
  end
  touch(account)
  account.top = raised
  change('topped_up', concat({ field, id, what, actor }, ' '))
  keepTopUp(id, field, what)
  return 'done ' .. vectorText(raised)
end

register('topup', {}, function()
  local id, field, unit, micros, actor = match(ARGV[2] or '', TOP_UP)
  if not id then bad('top-up', ARGV[2], 'ID FIELD UNIT MICROS ACTOR') end
  hexId(id)
  unit, micros = tonumber(unit), amount(micros, 'top-up')
  local stored = call('HMGET', KEYS[1], 'g', 'm', 'h:' .. id)
  if not openRecord(stored[1], stored[2]) then return { noStanding(), 'root_unknown' } end
  local answer = topUp(stored[3], id, field, unit, micros, actor)
  commit()
  return { standing(), answer }
end)
