-- Shared by the scripts that change a root: its record, read once and written once however many
-- operations one call has; and the journal, which tells every change.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's holds and carve-outs by the time they are due
-- KEYS[3] the root's carve-outs by their end
-- KEYS[4] the tenant's journal
-- KEYS[5] the tenant's head: how far the journal is numbered, and for which store it is open
-- ARGV[1] "LATEST RETAIN ACCOUNTS HOLDS NONCE MARK": the latest time that the gateway believes, how
--         long to keep a finished hold (ms), how many accounts and open holds a root may have, 16
--         fresh hex digits, and what this gateway last saw here: "SEQ:NONCE", or "-"; "!" is a recovery's

-- All of this belongs to one call: `begin` makes it anew.
local KEYS, ARGV, rootId, latest, retain, maxAccounts, maxHolds, nonce, markSeq, markNonce
-- The root as it is at this moment: nil until `openRecord`. `now` is nil by a clock not believed.
local meta, genesis, now
-- By field: the accounts and holds that this call has read, and the accounts to be written. Then the
-- journal's entries, and fields of the record to be deleted.
local accounts, holds, touched, entries, gone
-- Members of KEYS[2] and KEYS[3] to be added, each after its score, and to be dropped.
local dueAdd, dueDrop, carveAdd, carveDrop
-- This call is a recovery's.
local recovers
-- What windows.lua and paths.lua remember of one call.
local starts, minted

local function begin(keys, args)
  prepare()
  KEYS, ARGV, rootId = keys, args, sub(keys[1], -32)
  meta, genesis, now, markSeq, markNonce, minted = nil, nil, nil, nil, nil, nil
  accounts, holds, touched, entries, gone, starts = {}, {}, {}, {}, {}, {}
  dueAdd, dueDrop, carveAdd, carveDrop = {}, {}, {}, {}
  local a, b, c, d, fresh, mark = match(args[1] or '', '^(%d+) (%d+) (%d+) (%d+) (%x+) (%S+)$')
  if not a or #fresh ~= 16 then
    bad('header', args[1], 'LATEST RETAIN ACCOUNTS HOLDS NONCE MARK')
  end
  latest, retain = amount(a, 'latest'), amount(b, 'retain')
  maxAccounts, maxHolds, nonce = amount(c, 'accounts'), amount(d, 'holds'), fresh
  recovers = mark == '!'
  if mark ~= '-' and not recovers then
    local seq, seen = match(mark, '^(%d+):(%x+)$')
    if not seq then bad('mark', mark, '- or SEQ:NONCE') end
    markSeq, markNonce = amount(seq, 'mark'), seen
  end
end

local function readMeta(value)
  local clock, count, open, seq, last, rest = match(value, '^(%d+) (%d+) (%d+) (%d+) (%x+)(.*)$')
  if not clock then corrupt('meta', value) end
  return {
    clock = tonumber(clock),
    accounts = tonumber(count),
    open = tonumber(open),
    seq = tonumber(seq),
    nonce = last,
    rest = rest,
  }
end

-- A store that has gone back behind what this gateway saw, or went another way from there, has
-- lost state: nothing may be decided on it (DESIGN §3, rule 8).
local function checkMark()
  if not markSeq then return end
  if not meta or meta.seq < markSeq or (meta.seq == markSeq and meta.nonce ~= markNonce) then
    local found = meta and text(meta.seq) .. ':' .. meta.nonce or 'no such root'
    error({ err = 'STATELOST root ' .. rootId .. ': found ' .. found .. ', expected '
      .. text(markSeq) .. ':' .. markNonce .. ' or later' })
  end
end

-- Takes the values of 'g' and 'm'. False where the ledger has no such root.
local function openRecord(g, m)
  checkFence(KEYS[5], recovers)
  if g and m then
    genesis, meta = g, readMeta(m)
  elseif g or m then
    corrupt('root', g or m)
  end
  checkMark()
  if not meta then return false end
  now = instant(latest, meta.clock)
  return true
end

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

local function accountText(account)
  return format(COUNTERS, unpack(account, 1, 8)) .. account.seen .. extras(account)
end

-- The fields of the accounts from the root's `a:` down to the leaf's.
local function pathTo(leaf)
  if leaf == 'a:' then return { leaf } end
  local fields, slash = { 'a:' }, find(leaf, '/', 1, true)
  while slash do
    fields[#fields + 1] = sub(leaf, 1, slash - 1)
    slash = find(leaf, '/', slash + 1, true)
  end
  fields[#fields + 1] = leaf
  return fields
end

-- Reads the accounts of these fields that this call has not read yet.
local function readAccounts(fields)
  local missing = {}
  for _, field in ipairs(fields) do
    if not accounts[field] then missing[#missing + 1] = field end
  end
  if #missing == 0 then return end
  local values = call('HMGET', KEYS[1], unpack(missing))
  for i, field in ipairs(missing) do accounts[field] = readAccount(field, values[i]) end
end

-- The accounts of a path, root first.
local function pathOf(leaf)
  local fields = pathTo(leaf)
  readAccounts(fields)
  local path = {}
  for i, field in ipairs(fields) do path[i] = accounts[field] end
  return path
end

local function touch(account)
  if touched[account.field] then return end
  if account.new then
    account.new = nil
    meta.accounts = meta.accounts + 1
  end
  touched[account.field] = account
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
    local used = account[s] + account[h]
    account[s] = account[s] + spent
    account[h] = used + by - account[s]
    if account[s] < 0 or account[h] < 0 then corrupt('counters of ' .. account.field, account[h]) end
    by = above(account, unit, used, by)
    touch(account)
  end
end

-- Counts one change of the root and tells the journal.
local function change(kind, words)
  meta.seq = meta.seq + 1
  meta.clock = now or meta.clock
  entries[#entries + 1] = format(CHANGE, kind, meta.seq, meta.clock, words)
end

-- Adds a member and its score to what one ZADD writes.
local function score(list, at, member)
  list[#list + 1], list[#list + 2] = text(at), member
end

-- A carve-out's member of KEYS[3], and after the root's id of KEYS[2]: so they are in the order of the
-- accounts' names, then of units.
local function carveMember(field, unit)
  return field .. ' ' .. text(unit)
end

-- Gives back what is set aside for an account in one unit and neither spent nor held. The list of
-- ends is written with the rest of the call: what has been ended or prolonged in it stays.
local function endCarve(member, cause)
  local field, unit = match(member, '^(a:%S*) ([1-4])$')
  if not field then corrupt('carve-out', member) end
  unit = tonumber(unit)
  local path = pathOf(field)
  local account = path[#path]
  local carve = account.carves and account.carves[unit]
  if carve and cause == 'expired' and carve.stop > now then return 0 end
  carveDrop[#carveDrop + 1] = member
  dueDrop[#dueDrop + 1] = rootId .. '.' .. member
  if not carve then return 0 end
  account.carves[unit] = nil
  touch(account)
  local used = account[2 * unit - 1] + account[2 * unit]
  if carve.micros > used then
    path[#path] = nil
    move(path, unit, used - carve.micros, 0)
  end
  change('carve_ended', concat({ field, text(unit), text(carve.micros), cause }, ' '))
  return 1
end

-- At most so many ends in one call, so that no one pays for a whole tree's.
local ENDED_AT_ONCE = 1000

-- Ends the carve-outs of this root that are past their end. Answers how many.
local function endCarvesDue()
  local due, ended = call('ZRANGE', KEYS[3], '-inf', text(now), 'BYSCORE', 'LIMIT', 0,
    ENDED_AT_ONCE), 0
  for i = 1, #due do
    ended = ended + endCarve(due[i], 'expired')
  end
  return ended
end

local function isPastEnd(path)
  for i = 1, #path do
    for _, carve in pairs(path[i].carves or {}) do
      if carve.stop <= now then return true end
    end
  end
end

-- The journal's entries of one call are one item of the stream, under the number of the first.
local function append()
  local last = call('HINCRBY', KEYS[5], 'n', #entries)
  call('XADD', KEYS[4], text(last - #entries + 1) .. '-0', 'r', rootId, 'e', concat(entries, '\n'))
end

-- Lua has room for some 8,000 arguments; to end all that is set aside below an account can take more.
local PART = 4000

local function inParts(command, key, list)
  for i = 1, #list, PART do call(command, key, unpack(list, i, min(i + PART - 1, #list))) end
end

local function writeRecord()
  meta.nonce = nonce
  local writes = {
    'm', format(META, meta.clock, meta.accounts, meta.open, meta.seq, nonce, meta.rest),
  }
  for field, account in pairs(touched) do
    writes[#writes + 1], writes[#writes + 2] = field, accountText(account)
  end
  for id, hold in pairs(holds) do
    if hold.changed then writes[#writes + 1], writes[#writes + 2] = 'h:' .. id, hold.text end
  end
  inParts('HSET', KEYS[1], writes)
  append()
end

-- Writes what is no change of the root's amounts as well: the lists of what is due, and what leaves.
local function commit()
  if #entries > 0 then writeRecord() end
  inParts('HDEL', KEYS[1], gone)
  -- What was dropped first can have come again.
  inParts('ZREM', KEYS[2], dueDrop)
  inParts('ZADD', KEYS[2], dueAdd)
  inParts('ZREM', KEYS[3], carveDrop)
  inParts('ZADD', KEYS[3], carveAdd)
end

-- "SEQ NONCE TIME CALL" of the root as this call leaves it, and which call it was: 16 hex digits that
-- come with it, so that nobody takes an answer for another call's.
local function standing()
  return text(meta.seq) .. ' ' .. meta.nonce .. ' ' .. text(now or meta.clock) .. ' ' .. nonce
end

-- The same where the ledger has no such root.
local function noStanding()
  return '- - 0 ' .. nonce
end

-- Names one operation of the library, that begins with a call's own state.
local function register(name, flags, operation)
  redis.register_function({
    function_name = PREFIX .. name,
    callback = function(keys, args)
      begin(keys, args)
      return operation()
    end,
    flags = flags,
  })
end
