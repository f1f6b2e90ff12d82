-- Ends holds of one root, or prolongs them: each for itself, in the order given. Runs under memory
-- pressure too: what was spent is recorded. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2…] one operation each; BY is "g" for the gateway, or a
-- caller's own account's field, or "c" for a caller with none here:
--   "settle ID BY COST UPSTREAM"  charges what it cost (amounts by unit, empty where it is as held) and
--                              frees the rest; after it was presumed spent, corrects that, once.
--                              UPSTREAM is "-" or what the upstream said, for the journal
--   "release ID BY"            gives all of it back; an id never seen is marked, so that it can't be
--                              reserved later
--   "extend ID BY TTL"         moves its deadline to so many ms from now, at most a day after it was
--                              made, and never back
--
-- Returns { "SEQ NONCE TIME CALL", and for each operation one of "settled CHARGED", "released",
--   "extended DUE", "replayed CHARGED", "replayed", or a reason }

local MAX_LIFE = 86400000

local NEEDS = {
  settle = '^(%x+) (%S+) (%S+) (%S+)$',
  release = '^(%x+) (%S+)$',
  extend = '^(%x+) (%S+) (%d+)$',
}

local function readOperation(value)
  local kind, rest = match(value or '', '^(%l+) (.*)$')
  if not NEEDS[kind] then bad('operation', value, 'settle, release or extend') end
  local id, by, third, upstream = match(rest, NEEDS[kind])
  if not id or not find(by, '^a:') and by ~= 'g' and by ~= 'c' then bad('operation', value, 'ID BY …') end
  local operation = { kind = kind, id = hexId(id), by = by, upstream = upstream }
  if kind == 'settle' then operation.cost = vector(third, 'cost') end
  if kind == 'extend' then
    operation.ttl = amount(third, 'ttl')
    if operation.ttl < 1000 or operation.ttl > MAX_LIFE then bad('ttl', third, '1000 to 86400000 ms') end
  end
  return operation
end

-- A hold is ended by whoever made it; the gateway ends any.
local function mayEnd(hold, by)
  return by == 'g' or (hold.owner == 'c' and hold.leaf == by)
end

local function whoOf(operation)
  return operation.by == 'g' and 'g' or 'c'
end

local function settle(hold, operation)
  if hold.state == 'r' then return 'already_resolved' end
  local granted, charged, above = vector(hold.granted, 'granted'), {}, false
  for u = 1, UNITS do
    charged[u] = operation.cost[u] or granted[u]
    if (charged[u] or 0) > (granted[u] or 0) then above = true end
  end
  local chargedText = vectorText(charged)
  if hold.state == 's' then
    return hold.rest == chargedText and 'replayed ' .. chargedText or 'already_resolved'
  end
  if above and operation.by ~= 'g' then return 'above_hold' end
  if not resolve(hold, charged) then return 'amount_overflow' end
  local kind = hold.state == 'p' and 'corrected' or 'settled'
  finish(operation.id, hold, kind, 's', chargedText, whoOf(operation), operation.upstream)
  return 'settled ' .. chargedText
end

-- An id never seen is as good as released. It is no account's but the root's.
local function mark(id)
  local hold = {
    created = now or meta.clock, seq = meta.seq + 1, owner = 'g', leaf = 'a:', granted = ',,,',
    print = '-', about = '-',
  }
  finish(id, hold, 'released', 'r', ',,,', 'g', '-')
  return 'released'
end

local function release(hold, operation)
  if hold.state == 'r' then return 'replayed' end
  -- Past its deadline it is spent, whether a sweep has been here or not.
  if hold.state ~= 'o' or (now or meta.clock) >= hold.due then return 'already_resolved' end
  if not resolve(hold, {}) then corrupt('counters', hold.leaf) end
  finish(operation.id, hold, 'released', 'r', ',,,', whoOf(operation), '-')
  return 'released'
end

local REASON = { p = 'account_paused', r = 'account_revoked', c = 'account_closed' }

local function extend(hold, operation)
  local at = now or meta.clock
  if hold.state ~= 'o' or at >= hold.due then return 'already_resolved' end
  if at >= tonumber(match(genesis, '^%S+ (%d+) ')) then return 'expired' end
  for _, account in ipairs(pathOf(hold.leaf)) do
    if account.standing then return REASON[account.standing] .. ' ' .. account.field end
  end
  local due = min(at + operation.ttl, hold.created + MAX_LIFE)
  if due > hold.due then
    hold.due = due
    change('extended', concat({ operation.id, hold.leaf, text(due), whoOf(operation) }, ' '))
    putHold(operation.id, hold)
  end
  return 'extended ' .. text(hold.due)
end

local DO = { settle = settle, release = release, extend = extend }

local function perform(operation)
  local hold, kind = holds[operation.id], operation.kind
  if not hold then
    return kind == 'release' and operation.by == 'g' and mark(operation.id) or 'reservation_unknown'
  end
  if hold.state == 't' then
    return kind == 'release' and 'already_resolved' or 'reservation_unknown'
  end
  if not mayEnd(hold, operation.by) then return 'not_owner' end
  return DO[kind](hold, operation)
end

register('resolve', { 'allow-oom' }, function()
  local operations = {}
  for i = 2, #ARGV do operations[i - 1] = readOperation(ARGV[i]) end
  if #operations == 0 then bad('operations', 'none', 'at least one') end
  local fields = { 'g', 'm' }
  for i, operation in ipairs(operations) do fields[2 + i] = 'h:' .. operation.id end
  local stored = call('HMGET', KEYS[1], unpack(fields))

  local answers = {}
  if not openRecord(stored[1], stored[2]) then
    for i = 1, #operations do answers[i] = 'root_unknown' end
    return { noStanding(), unpack(answers) }
  end
  for i, operation in ipairs(operations) do
    local value = stored[2 + i]
    if value and not holds[operation.id] then holds[operation.id] = readHold(value) end
  end
  for i, operation in ipairs(operations) do answers[i] = perform(operation) end
  commit()
  return { standing(), unpack(answers) }
end)
