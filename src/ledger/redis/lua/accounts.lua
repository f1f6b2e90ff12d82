-- Shared by the functions that change a root: its accounts, as they are stored and as they move.

-- Lua has room for 200 names beside each other: what only this part needs is out of the others' sight.
local readAccount, accountText
do

local ACCOUNT = '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+)(.*)$'

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

-- An account's eight counters and its places as numbers, its limits last seen and what else it has.
function readAccount(field, value)
  if not value then 
    return { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, field = field, seen = '-', new = true }
  end
  local left = takeKept(field, value)
  if left then
    left.touched, left.listed = nil, nil
    return left
  end
  local a, b, c, d, e, f, g, h, o, n, seen, words = match(value, ACCOUNT)
  if not a then corrupt('account', value) end
  -- Times 1 is the fastest way to make a number of digits.
  local account = { a * 1, b * 1, c * 1, d * 1, e * 1, f * 1, g * 1, h * 1, o * 1, n * 1,
    field = field, seen = seen }
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

function accountText(its)
  local more = (its.standing or its.top or its.carves or its.windows) and extras(its) or ''
  return format(ACCOUNT_TEXT, its[1], its[2], its[3], its[4], its[5], its[6], its[7], its[8],
    its[OPEN], its[ACCOUNTS], its.seen, more)
end

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

-- Has an account written with the rest of this call. One that was not there is counted by itself and by all
-- above it, which have been read.
local function touch(account)
  if account.touched then return end
  account.touched = true
  if not account.listed then
    account.listed = true
    touched[#touched + 1] = account
  end
  if not account.new then return end
  account.new, account.born = nil, true
  for _, field in ipairs(pathTo(account.field)) do
    local its = accounts[field]
    its[ACCOUNTS] = its[ACCOUNTS] + 1
    touch(its)
  end
end

local prune
do
-- Whether there is nothing to say of an account (see rules/stored.ts).
local function saysNothing(account)
  if account[OPEN] > 0 or account[ACCOUNTS] > 1 or account.standing or account.top
    or account.carves and next(account.carves) then return false end
  for k = 1, 2 * UNITS do
    if account[k] > 0 then return false end
  end
  return true
end

-- Has those accounts of a path leave, from its end up, of which there is nothing to say any more. They are then
-- as those that were never there.
function prune(path)
  for i = #path, 1, -1 do
    local account = path[i]
    if account.new or not saysNothing(account) then return end
    for j = 1, i do
      local above = path[j]
      above[ACCOUNTS] = above[ACCOUNTS] - 1
      if not above.touched then touch(above) end
    end
    account.new, account.touched = true, nil
    account.seen, account.windows, account.carves = '-', nil, nil
  end
end
end

-- So many holds more are open at the last account of a path, and so at all of them.
local function open(path, more)
  for i = 1, #path do
    local account = path[i]
    account[OPEN] = account[OPEN] + more
    if account[OPEN] < 0 then corrupt('open holds of ' .. account.field, account[OPEN]) end
    if not account.touched then touch(account) end
  end
end

-- How a change of what an account uses reaches the one above it: while the account has a carve-out,
-- what it uses of it was set aside there already (DESIGN §3, rule 4).
local function above(account, unit, used, by)
  local carve = account.carves and account.carves[unit]
  if not carve then return by end
  return max(used + by, carve.micros) - max(used, carve.micros)
end

-- Spent and held of a counter after both together have moved by `rise`, and spent alone by `paid`. It stops at
-- 2^53 - 1, and stays there: see rules/counters.ts.
local function moved(spent, held, rise, paid)
  local used = spent + held
  if used >= TOO_MUCH - 1 or used + rise >= TOO_MUCH then
    spent = max(0, min(spent + paid, TOO_MUCH - 1))
    return spent, TOO_MUCH - 1 - spent
  end
  return spent + paid, used + rise - spent - paid
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
    local used = account[s] + account[h]
    local after, held = moved(account[s], account[h], by, spent)
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
  open(its.bound, its.times)
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
  if its.wasOpen then open(its.path, -its.times) end
  prune(its.path)
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
