-- Shared by the functions that change a root: its accounts, as they are stored and as they move.

local ACCOUNT = '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+)(.*)$'

local function readWindows(value)
  local list = {}
  for u, w, start, since, spent, held in
    gmatch(value, '(%d):(%d):(%d+):(%d+):(%d+):(%d+);') do
    list[#list + 1] = {
      unit = tonumber(u),
      window = tonumber(w),
      start = tonumber(start),
      since = tonumber(since),
      spent = tonumber(spent),
      held = tonumber(held),
    }
  end
  return list
end

local function readCarves(value)
  local carves = {}
  for u, micros, stop in gmatch(value, '(%d):(%d+):(%d+);') do
    carves[tonumber(u)] = { micros = tonumber(micros), stop = tonumber(stop) }
  end
  return carves
end

local READ_WORD = {
  s = function(account, value) account.standing = value end,
  t = function(account, value) account.top = vector(value, 'top-ups') end,
  v = function(account, value) account.carves = readCarves(value) end,
  w = function(account, value) account.windows = readWindows(value) end,
}

-- An account's eight counters as numbers, its limits last seen and what else it has.
local function readAccount(field, value)
  if not value then return { 0, 0, 0, 0, 0, 0, 0, 0, field = field, seen = '-', new = true } end
  local left = takeKept(field, value)
  if left then
    left.touched = nil
    return left
  end
  local a, b, c, d, e, f, g, h, seen, words = match(value, ACCOUNT)
  if not a then corrupt('account', value) end
  -- Times 1 is the fastest way to make a number of digits.
  local account = { a * 1, b * 1, c * 1, d * 1, e * 1, f * 1, g * 1, h * 1, field = field, seen = seen }
  if words ~= '' then
    for key, its in gmatch(words, ' (%l)=(%S+)') do
      if not READ_WORD[key] then corrupt('account', value) end
      READ_WORD[key](account, its)
    end
  end
  return account
end

local function extras(account)
  local words = ''
  if account.standing then words = words .. ' s=' .. account.standing end
  if account.top then words = words .. ' t=' .. vectorText(account.top) end
  if account.carves and next(account.carves) then
    words = words .. ' v='
    for u = 1, UNITS do
      local carve = account.carves[u]
      if carve then
        words = words .. text(u) .. ':' .. text(carve.micros) .. ':' .. text(carve.stop) .. ';'
      end
    end
  end
  if account.windows then
    words = words .. ' w='
    for _, its in ipairs(account.windows) do
      words = words .. text(its.unit) .. ':' .. text(its.window) .. ':' .. text(its.start) .. ':'
        .. text(its.since) .. ':' .. text(its.spent) .. ':' .. text(its.held) .. ';'
    end
  end
  return words
end

local function accountText(its)
  local more = (its.standing or its.top or its.carves or its.windows) and extras(its) or ''
  return format(ACCOUNT_TEXT, its[1], its[2], its[3], its[4], its[5], its[6], its[7], its[8], its.seen, more)
end

-- The fields of the accounts from the root's `a:` down to the leaf's.
local pathTo = memo(function(leaf)
  if leaf == 'a:' then return { leaf } end
  local fields, slash = { 'a:' }, find(leaf, '/', 1, true)
  while slash do
    fields[#fields + 1] = sub(leaf, 1, slash - 1)
    slash = find(leaf, '/', slash + 1, true)
  end
  fields[#fields + 1] = leaf
  return fields
end)

-- Reads the accounts of these fields that this call has not read yet.
local function readAccounts(fields)
  local missing = {}
  for _, field in ipairs(fields) do
    if not accounts[field] and unread[field] ~= nil then
      accounts[field] = readAccount(field, unread[field])
    end
    if not accounts[field] then missing[#missing + 1] = field end
  end
  if #missing == 0 then return end
  local values = call('HMGET', KEYS[1], unpack(missing))
  for i, field in ipairs(missing) do accounts[field] = readAccount(field, values[i]) end
end

local function touch(account)
  if account.touched then return end
  account.touched = true
  if account.new then
    account.new = nil
    meta.accounts = meta.accounts + 1
  end
  touched[#touched + 1] = account
end

-- How a change of what an account uses reaches the one above it: while the account has a carve-out,
-- what it uses of it was set aside there already (DESIGN §3, rule 4).
local function above(account, unit, used, by)
  local carve = account.carves and account.carves[unit]
  if not carve then return by end
  return max(used + by, carve.micros) - max(used, carve.micros)
end

-- Whether a counter of the path would reach 2^53.
local function overflows(path, unit, by)
  for i = #path, 1, -1 do
    local account = path[i]
    local used = account[2 * unit - 1] + account[2 * unit]
    if used + by >= TOO_MUCH then return i end
    by = above(account, unit, used, by)
  end
end

-- Whether a carve-out stands anywhere on a path: only then does one account's change differ from the
-- next one's.
local function isCarved(path)
  for i = 1, #path do
    if path[i].carves then return true end
  end
end

-- Has every account of a path spend `spent` more, and the last of them use `by` more in all.
local function move(path, unit, by, spent)
  local s, h = 2 * unit - 1, 2 * unit
  for i = #path, 1, -1 do
    local account = path[i]
    local used, after = account[s] + account[h], account[s] + spent
    local held = used + by - after
    account[s], account[h] = after, held
    if after < 0 or held < 0 then corrupt('counters of ' .. account.field, held) end
    if account.carves then by = above(account, unit, used, by) end
    if not account.touched then touch(account) end
  end
end

-- Moves what was left to be moved later: holds on the same terms, made one after the other; and what ends
-- alike.
local function moveAlike()
  local its = alike
  alike = nil
  if not its or its.times == 0 then return end
  for k = 1, #its.units do
    local u = its.units[k]
    move(its.bound, u, its.granted[u] * its.times, 0)
  end
end

local function moveRepeated()
  local its = repeated
  repeated, ended = nil, nil
  if not its or its.times == 0 then return end
  for k = 1, #its.charges do
    local charge = its.charges[k]
    local spent = its.wasOpen and charge.cost or charge.by
    move(its.path, charge.unit, charge.by * its.times, spent * its.times)
  end
end

-- The accounts of a path, root first, as they are now.
local function pathOf(leaf)
  moveRepeated()
  local path = routes[leaf]
  if path then return path end
  local fields = pathTo(leaf)
  readAccounts(fields)
  path = {}
  for i, field in ipairs(fields) do path[i] = accounts[field] end
  routes[leaf], keptHere.leaf = path, leaf
  return path
end
