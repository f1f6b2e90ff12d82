-- Shared by the scripts that charge a path: what a macaroon says of it, and how much it affords.

-- "KID EXPIRES FIELD LIMITS ENDS FIELD LIMITS ENDS…": the macaroon's key and its expiry, with "+NUMBER" of
-- the revocations that it was compared with, if there are any; and for
-- each account from the root its field, its limits, and when a carve-out of it ends, or "-".
local readPath = memo(function(value)
  local kid, expires, seen, at = match(value or '', '^([a-z0-9-]+) (%d+)%+?(%d*) ()')
  if not kid or #kid > 32 then bad('path', value, 'KID EXPIRES FIELD LIMITS END…') end
  local path = {
    kid = kid,
    expires = amount(expires, 'expiry'),
    revoked = seen == '' and 0 or amount(seen, 'revocations'),
    fields = {},
    presented = {},
    texts = {},
    ends = {},
  }
  local n, above, stop = 0, nil, #value
  while at <= stop do
    local field, its, ends, after = match(value, '^(a:%S*) (%S+) (%S+)()', at)
    if not field then bad('path', value, 'FIELD LIMITS END for each account') end
    local holder = n == 0 and (field == 'a:' and '' or nil)
      or n > 0 and sub(field, 1, #above) == above and sub(field, #above + 1)
    if not holder or n > 0 and (#holder > 64 or not find(holder, '^%w[%w._@-]*$')) then
      bad('account', field, 'a: for the root, then a /HOLDER more each')
    end
    n = n + 1
    above = n == 1 and 'a:' or field .. '/'
    path.fields[n], path.presented[n] = field, limits(its)
    path.texts[n] = its
    if ends ~= '-' then path.ends[n] = whole(ends, 'end of a carve-out') end
    for _, limit in ipairs(path.presented[n]) do
      path.carves = path.carves or limit.carved
      if limit.carved and (n == 1 or not path.ends[n]) then
        bad('carve-out', value, 'an account below the root, and an end')
      end
    end
    if after <= stop and not find(value, '^ a', after) then bad('path', value, 'a space, an account') end
    at = after + 1
  end
  if n < 1 or n > 16 then bad('path', n, '1 to 16 accounts') end
  path.n, path.leaf = n, path.fields[n]
  return path
end)

-- Whether a root can be opened with this: "KID EXPIRES LIMITS JSON" (see keys.ts).
local function checkGenesis(value)
  local kid, expires, presented = match(value or '', '^([a-z0-9-]+) (%d+) (%S+) {.*}$')
  if not kid or #kid > 32 then bad('genesis', value, 'KID EXPIRES LIMITS JSON') end
  whole(expires, 'expires')
  for _, limit in ipairs(limits(presented)) do
    if limit.carved then bad('genesis', value, 'no carve-out at a root') end
  end
end

local readMinted = memo(function(value)
  local kid, expires, its = match(value, '^(%S+) (%d+) (%S+) ')
  if not kid then corrupt('genesis', value) end
  return { kid = kid, expires = tonumber(expires), limits = limits(its) }
end)

local microsOf, limitsOf
do

-- " MICROS" of each.
function microsOf(all)
  local words = ''
  for _, limit in ipairs(all) do words = words .. ' ' .. text(limit.micros) end
  return words
end

-- What limits are of, each once: two of one account, unit and window have one use.
local function usesOf(all)
  local uses, seen = {}, {}
  for _, limit in ipairs(all) do
    local key = limit.at .. ' ' .. limit.unit .. ' ' .. limit.window
    if not seen[key] then
      seen[key] = true
      uses[#uses + 1] = limit
    end
  end
  return uses
end

-- Every limit that holds on a path: those presented, and the root's own as minted after its own.
function limitsOf(path)
  if path.mintedAs == genesis then return path.limits end
  local all = {}
  for i = 1, path.n do
    for pass = 1, i == 1 and 2 or 1 do
      local first = {}
      for _, limit in ipairs(pass == 1 and path.presented[i] or minted.limits) do
        local u = limit.unit
        all[#all + 1] =
          { at = i, unit = u, window = limit.window, micros = limit.micros, first = not first[u] }
        first[u] = true
      end
    end
  end
  path.mintedAs, path.limits, path.uses, path.limited = genesis, all, usesOf(all), {}
  for _, limit in ipairs(all) do path.limited[limit.unit] = true end
  path.useTexts, path.micros = string.rep(USE, #path.uses), microsOf(all)
  return all
end
end

-- The reason why nothing may be made on a path at all, with the place of the account that it lies at.
local REASON = { p = 'account_paused', r = 'account_revoked', c = 'account_closed' }

local function barred(bound)
  local path = bound.path
  if minted.kid ~= path.kid then return 'kid_mismatch' end
  if now >= path.expires or now >= minted.expires then return 'expired' end
  for i = 1, path.n do
    local standing = bound[i].standing
    if standing then return REASON[standing] .. ' ' .. text(i) end
  end
end

-- A path as this call has it: its accounts, what bars it, and its limits with the top-ups, which raise
-- the first budget of a unit.
local function bind(path)
  if bounds[path] then return bounds[path] end
  minted = readMinted(genesis)
  local bound = { path = path, limits = limitsOf(path), micros = path.micros, used = {} }
  for i = 1, path.n do
    local account = accounts[path.fields[i]]
    bound[i] = account
    bound.topped = bound.topped or account.top
  end
  bound.differ = revocations.differ(path.revoked)
  bound.barred = barred(bound)
  bounds[path] = bound
  if bound.topped then
    local raised = {}
    for k, limit in ipairs(bound.limits) do
      local top = bound[limit.at].top
      local more = limit.first and top and top[limit.unit] or 0
      raised[k] = {
        at = limit.at,
        unit = limit.unit,
        window = limit.window,
        micros = min(limit.micros + more, TOO_MUCH - 1),
      }
    end
    bound.limits, bound.micros = raised, microsOf(raised)
  end
  return bound
end

-- What an account has spent and holds of what a limit limits: for life, or in the window that is now.
local function useOf(account, limit)
  local u = limit.unit
  if limit.window == 0 then return account[2 * u - 1], account[2 * u] end
  return windowUse(account, u, limit.window)
end

-- " SPENT HELD" of everything that is limited on a path, in the order in which its limits name it first.
local function usedText(bound)
  local uses, used = bound.path.uses, bound.used
  for k = 1, #uses do
    local its = uses[k]
    local account, u = bound[its.at], its.unit
    if its.window == 0 then
      used[2 * k - 1], used[2 * k] = account[2 * u - 1], account[2 * u]
    else
      used[2 * k - 1], used[2 * k] = windowUse(account, u, its.window)
    end
  end
  return format(bound.path.useTexts, unpack(used))
end

-- The carve-outs that a path asks for and that are not set aside yet, or for less, or until sooner; by
-- account and unit, and as the journal has them. nil where there is nothing to raise.
local function raises(bound)
  local path, list = bound.path, nil
  if not path.carves then return nil end
  for i = 2, path.n do
    for _, limit in ipairs(path.presented[i]) do
      -- Nothing set aside is nothing to remember.
      if limit.carved and limit.micros > 0 then
        local u, account = limit.unit, bound[i]
        local have = account.carves and account.carves[u]
        local micros, stop = limit.micros, min(path.ends[i], minted.expires)
        if have then micros, stop = max(micros, have.micros), max(stop, have.stop) end
        if not have or micros ~= have.micros or stop ~= have.stop then
          list = list or { words = {} }
          list[i] = list[i] or {}
          list[i][u] = { micros = micros, stop = stop }
          list.words[#list.words + 1] =
            account.field .. ':' .. text(u) .. ':' .. text(micros) .. ':' .. text(stop) .. ';'
          list.deepest = i
        end
      end
    end
  end
  return list
end

-- By how much each account of a path uses more of a unit when its leaf uses `cost` more and carve-outs
-- are raised; and what each claims of the one above it without that.
local function shares(bound, unit, cost, raised)
  local by, claims = {}, {}
  local more = cost
  for i = #bound, 1, -1 do
    local account = bound[i]
    local used = account[2 * unit - 1] + account[2 * unit]
    local carve = account.carves and account.carves[unit]
    local target = raised and raised[i] and raised[i][unit] or carve
    by[i] = more
    claims[i] = carve and max(used, carve.micros) or used
    more = (target and max(used + more, target.micros) or used + more) - claims[i]
  end
  return by, claims
end

-- Sets carve-outs aside, each on every account above it; answers them as the journal has them.
local function raise(bound, raised)
  for i = #bound, 2, -1 do
    local account = bound[i]
    for u = 1, UNITS do
      local target = raised[i] and raised[i][u]
      if target then
        local used = account[2 * u - 1] + account[2 * u]
        local have = account.carves and account.carves[u]
        local claim = have and max(used, have.micros) or used
        account.carves = account.carves or {}
        account.carves[u] = target
        touch(account)
        local more = max(used, target.micros) - claim
        if more > 0 then
          local ancestors = {}
          for j = 1, i - 1 do ancestors[j] = bound[j] end
          move(ancestors, u, more, 0)
        end
        local member = carveMember(account.field, u)
        local stop = text(target.stop)
        pair(carveAdd, stop, member)
        pair(dueAdd, stop, rootId .. '.' .. member)
        pair(nameAdd, '0', CARVE .. member)
      end
    end
  end
  return concat(raised.words)
end

-- The refusal of the limit nearest the root that `cost` does not fit. `by` has what each account uses more of a unit where that is not the cost itself. A
-- unit that `cost` does not have is asked only where an account uses more of it.
local function unaffordable(bound, cost, by)
  local list = bound.limits
  for k = 1, #list do
    local limit = list[k]
    local required = cost[limit.unit]
    if limit.window == 0 and by[limit.unit] then
      local more = by[limit.unit][limit.at]
      required = (required or more > 0) and more
    end
    if required then
      local spent, held = useOf(bound[limit.at], limit)
      if limit.micros - spent - held < required then
        return 'budget_exhausted ' .. text(k) .. ' ' .. text(required)
          .. format(STATE, limit.micros, spent, held)
      end
    end
  end
end

-- A tree shares what a root may have of accounts and of open holds: an account's subtree may take as many
-- places as its parent has left (see rules/shares.ts). Each answers a refusal, with the place of the account
-- whose share is full, or nil.
local function withoutAccounts(bound)
  local n, first, taken = #bound, nil, 0
  for i = 1, n do
    if bound[i].new then
      first = i
      break
    end
  end
  if not first then return nil end
  for i = 1, n do
    -- Whatever is below a new account is new as well.
    taken = taken + bound[i][ACCOUNTS] + n - max(i, first) + 1
    if taken > maxAccounts then return 'too_many_accounts ' .. text(i) end
  end
end

local function withoutPlaces(bound)
  local taken = 0
  for i = 1, #bound do
    taken = taken + bound[i][OPEN] + 1
    if taken > maxHolds then return 'too_many_holds ' .. text(i) end
  end
end

-- What one call holds at most of a unit that no limit on its path counts: this part of the room that the
-- root's counter has left (see rules/unlimited.ts).
local SHARE = 1024

local function roomOf(bound, unit)
  return TOO_MUCH - 1 - bound[1][2 * unit - 1] - bound[1][2 * unit]
end

-- A cost as it is held: the same one where nothing of it is too much.
local function withinShare(bound, cost)
  local caps
  for k = 1, #cost.units do
    local u = cost.units[k]
    local cap = floor(roomOf(bound, u) / SHARE)
    if cost.most[u] > cap and not bound.path.limited[u] then
      caps = caps or {}
      caps[u] = cap
    end
  end
  if not caps then return cost end
  local least, most = {}, {}
  for k = 1, #cost.units do
    local u = cost.units[k]
    least[u], most[u] = min(cost.least[u], caps[u] or TOO_MUCH), min(cost.most[u], caps[u] or TOO_MUCH)
  end
  return {
    steps = cost.steps,
    least = least,
    most = most,
    units = cost.units,
    leastText = vectorText(least),
    mostText = vectorText(most),
  }
end
