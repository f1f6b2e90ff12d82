#!lua
-- Holds a cost on every account of a path, or on none.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's holds by the time they are due
-- ARGV[1] the reservation's 32 hex digits
-- ARGV[2] "KID EXPIRES TTL LATEST ACCOUNTS HOLDS": the macaroon's key and expiry, the hold's life,
--         the latest time that the gateway believes, and how many accounts and open holds a root
--         may have; times in ms
-- ARGV[3] "STEPS LEAST MOST": the cost, amounts by unit
-- ARGV[4…] "HOLDER LIMITS" for each account of the path; the root's HOLDER is empty
--
-- Returns { "held" or "replayed", step, granted, deadline, genesis, an account's text for each }
-- or { reason } or { reason, the account's place, and for unit_unknown the unit's, for
-- budget_exhausted the unit's, the limit and the account's text }.

local id = hexId(ARGV[1])
local kid, expires, ttl, latest, maxAccounts, maxHolds =
  match(ARGV[2] or '', '^([a-z0-9-]+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
if not kid or #kid > 32 then bad('terms', ARGV[2], 'KID EXPIRES TTL LATEST ACCOUNTS HOLDS') end
expires, ttl, latest = amount(expires, 'expiry'), amount(ttl, 'ttl'), amount(latest, 'latest')
maxAccounts, maxHolds = amount(maxAccounts, 'accounts'), amount(maxHolds, 'holds')
if ttl < 1000 or ttl > 86400000 then bad('ttl', ARGV[2], '1000 to 86400000 ms') end

-- The cost.
local content = ARGV[3]
local stepsText, leastText, mostText = match(content or '', '^(%d+) (%S+) (%S+)$')
if not stepsText then bad('cost', content, 'STEPS LEAST MOST') end
local steps, least = amount(stepsText, 'steps'), vector(leastText, 'least')
local most = mostText == leastText and least or vector(mostText, 'most')
local known = {}
for u = 1, 4 do
  local low, high = least[u], most[u]
  if low or high then
    if not low or not high then bad('cost', content, 'the same units in least and most') end
    if low > high or (steps == 0 and low < high) or (high - low) * steps >= TOO_MUCH then
      bad('cost', content, 'least <= most, and (most - least) * steps below 2^53')
    end
    known[#known + 1] = u
  end
end
if not least[4] then bad('cost', content, 'calls among its units') end

-- The path.
local n = #ARGV - 3
if n < 1 or n > 16 then bad('path', n, '1 to 16 accounts') end
local fields, presented, leaf = { 'g', 'm', 'h:' .. id }, {}, 'a:'
for i = 1, n do
  local holder, its = match(ARGV[3 + i], i == 1 and '^() (%S*)$' or '^(%w[%w._@-]*) (%S*)$')
  if not its or i > 1 and #holder > 64 then bad('account', ARGV[3 + i], 'HOLDER LIMITS') end
  if i > 1 then leaf = leaf .. (i > 2 and '/' or '') .. holder end
  fields[3 + i], presented[i] = leaf, its
end

local stored = call('HMGET', KEYS[1], unpack(fields))
local genesis, meta, hold = stored[1], stored[2], stored[3]
local mintedKid, mintedExpires, mintedLimits = match(genesis or '', '^(%S+) (%d+) (%S*) ')

-- Every limit of the path, root first; the root's own as minted follow the ones presented, unless
-- they are the same once more.
local count, limitAccount, limitUnit, limitMicros, account = 0, {}, {}, {}, 1
local unknownAt, unknownUnit
local function limited(unit, micros)
  count = count + 1
  limitAccount[count], limitUnit[count], limitMicros[count] = account, unit, micros
  if not unknownAt and not least[unit] then unknownAt, unknownUnit = account, unit end
end
limits(presented[1], limited)
if mintedLimits and mintedLimits ~= presented[1] then limits(mintedLimits, limited) end
for i = 2, n do
  account = i
  limits(presented[i], limited)
end

if not genesis and not meta then return { 'root_unknown' } end
if not mintedKid or not meta then corrupt('root', genesis or meta) end
meta = readMeta(meta)
local now = instant(meta.clock, latest)
if not now then return { 'clock_ahead' } end

if hold then
  local state, due, tail = match(hold, '^(%l) (%d+) %d+ ?(.*)$')
  if state ~= 'o' or now >= tonumber(due) then return { 'already_resolved' } end
  local itsLeaf, step, granted, itsContent = match(tail, '^(%S+) (%d+) (%S+) (.*)$')
  if itsLeaf ~= leaf or itsContent ~= content then return { 'id_conflict' } end
  return { 'replayed', step, granted, due, genesis, unpack(stored, 4, 3 + n) }
end

if mintedKid ~= kid then return { 'kid_mismatch' } end
if now >= expires or now >= tonumber(mintedExpires) then return { 'expired' } end
if unknownAt then return { 'unit_unknown', unknownAt, unknownUnit } end

local accounts, new = {}, 0
for i = 1, n do
  local value = stored[3 + i]
  accounts[i] = readAccount(value or '0 0 0 0 0 0 0 0 ')
  if not value then new = new + 1 end
end
if meta.accounts + new > maxAccounts then return { 'too_many_accounts' } end
if meta.open >= maxHolds then return { 'too_many_holds' } end

-- The largest step that fits every limit, and leaves every counter below 2^53. It is exact, since
-- (most - least) * steps is below 2^53.
local step = steps
local function fit(u, room)
  local spread, spare = most[u] - least[u], room - least[u]
  if spare < spread then
    local part = spare * steps
    part = (part - fmod(part, spread)) / spread
    if part < step then step = part end
  end
end
local used = {}
for i = 1, n do
  local its = accounts[i]
  for j = 1, #known do
    local u = known[j]
    local sum = its[2 * u - 1] + its[2 * u]
    if sum + least[u] >= TOO_MUCH then return { 'amount_overflow', i } end
    if steps > 0 then fit(u, TOO_MUCH - 1 - sum) end
    used[4 * i + u] = sum
  end
end
for j = 1, count do
  local i, u, micros = limitAccount[j], limitUnit[j], limitMicros[j]
  local room = micros - used[4 * i + u]
  if room < least[u] then
    return { 'budget_exhausted', i, u, text(micros), accountText(accounts[i]) }
  end
  if steps > 0 then fit(u, room) end
end

local granted = least
if step > 0 then
  granted = {}
  for j = 1, #known do
    local u = known[j]
    local part = (most[u] - least[u]) * step
    local over = fmod(part, steps)
    granted[u] = least[u] + (part - over) / steps + (over > 0 and 1 or 0)
  end
end

-- Nothing is refused from here on.
meta.clock, meta.accounts, meta.open = now, meta.accounts + new, meta.open + 1
local due, grantedText, stepText = text(now + ttl), vectorText(granted), text(step)
local answer = { 'held', stepText, grantedText, due, genesis }
local writes = {
  'm', changed(meta),
  fields[3], 'o ' .. due .. ' ' .. text(now) .. ' ' .. leaf .. ' ' .. stepText .. ' ' .. grantedText
    .. ' ' .. content,
}
for i = 1, n do
  local its = accounts[i]
  for j = 1, #known do
    local u = known[j]
    its[2 * u] = text(its[2 * u] + granted[u])
  end
  its[9] = presented[i]
  local value = accountText(its)
  writes[3 + 2 * i], writes[4 + 2 * i], answer[5 + i] = fields[3 + i], value, value
end
call('HSET', KEYS[1], unpack(writes))
call('ZADD', KEYS[2], due, string.sub(KEYS[1], -32) .. '.' .. id)
return answer
