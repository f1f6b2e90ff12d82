-- Shared by the functions that change a root: the state of one call, and the root's record as it is
-- found. It is read once and written once, in changes.lua, however many operations the call has.
--
-- KEYS[1] the root's record
-- KEYS[2] the tenant's holds and carve-outs by the time they are due
-- KEYS[3] the root's carve-outs by their end
-- KEYS[4] the tenant's journal
-- KEYS[5] the tenant's head: how far the journal is numbered, and for which store it is open
-- KEYS[6] the root's names, in the order of their bytes: its accounts, and what is found by its account
-- ARGV[1] "LATEST NONCE MARK RETAIN ACCOUNTS HOLDS": the latest time that the gateway believes, 16
--         fresh hex digits, and what this gateway last saw here: "SEQ:NONCE", or "-"; "!" is a
--         recovery's. Behind "@", for one that is registered, what it last saw of the tenant:
--         "EPOCH:N:NONCE", or "EPOCH:0:-"; then how long to keep a finished hold (ms), and how many accounts and open holds
--         a root may have

-- At most so many carve-outs and holds end with one call beside those that it is asked to end, so that nobody
-- waits for a whole tree's.
local ENDED_AT_ONCE = 200

-- All of this belongs to one call: `begin` makes it anew.
local KEYS, ARGV, rootId, latest, retain, maxAccounts, maxHolds, nonce, mark
-- The root as it is at this moment: nil until `openRecord`. `now` is nil by a clock not believed.
local meta, genesis, now
-- By field, the texts of accounts that may be wanted, and the accounts that this call has read; and those to
-- be written. The text of each hold that it knows, by id.
local unread, accounts, touched, holds
-- The journal's entries, how many changes they tell, and what they have as their time; the holds to be
-- written, each field before its text; and fields of the record to be deleted.
local entries, changes, stamp, holdWrites, gone
-- The last entry, as long as others like it can be told with it.
local run
-- Members of KEYS[2], KEYS[3] and KEYS[6] to be added, each after its score, and to be dropped.
local dueAdd, dueDrop, carveAdd, carveDrop, nameAdd, nameDrop
-- How many top-ups the root has had; nil until anybody asks.
local topUps
-- How many carve-outs and holds this call may still end beside those that it is asked to end.
local endsLeft
-- This call is a recovery's.
local recovers
-- What the files after this one remember of one call.
local starts, minted, routes, endings, bounds, made, repeated, ended, alike

-- The bounds that an operator has set, which are the same with every call.
local readBounds = memo(function(value)
  local a, b, c = match(value, '^(%d+) (%d+) (%d+)$')
  if not a then bad('bounds', value, 'RETAIN ACCOUNTS HOLDS') end
  return { retain = amount(a, 'retain'), accounts = amount(b, 'accounts'), holds = amount(c, 'holds') }
end)

-- What the calls before this one have left of roots: by the key of its record, and by the field, what was
-- last read or written there, with its text. So most of what a call finds has been read already.
local kept, keptCount, keptHere = {}, 0, nil

-- Whoever takes what a text was read as has it alone: what a call that fails has done to it is not found
-- again.
local function takeKept(field, value)
  local its = keptHere[field]
  if not its or its.text ~= value then return nil end
  its.text = nil
  return its
end

-- Room for one more of some 500 in all.
local function makeRoom()
  if keptCount >= 500 then kept, keptCount = {}, 0 end
  keptCount = keptCount + 1
end

local function keep(field, its, value)
  its.text = value
  if keptHere[field] == its then return end
  makeRoom()
  keptHere[field] = its
end

local function keptOf(key)
  local its = kept[key]
  if its then return its end
  makeRoom()
  its = {}
  kept[key] = its
  return its
end

local function begin(keys, args)
  prepare()
  KEYS, ARGV, rootId, keptHere = keys, args, sub(keys[1], -32), keptOf(keys[1])
  meta, genesis, now, minted, stamp, run, repeated, ended, alike = nil
  unread, accounts, touched, holds, entries, holdWrites, dueAdd, changes = {}, {}, {}, {}, {}, {}, {}, 0
  routes, endings, bounds, made = {}, {}, {}, {}
  starts, gone, dueDrop, carveAdd, carveDrop = {}, {}, {}, {}, {}
  nameAdd, nameDrop, endsLeft, topUps = {}, {}, ENDED_AT_ONCE, nil
  local most, fresh, seen, its = match(args[1] or '', '^(%d+) (%x+) (%S+) (.+)$')
  if not most or #fresh ~= 16 then
    bad('header', args[1], 'LATEST NONCE MARK RETAIN ACCOUNTS HOLDS')
  end
  latest, nonce, its = amount(most, 'latest'), fresh, readBounds(its)
  local at = find(seen, '@', 1, true)
  mark, tenant.seen = at and sub(seen, 1, at - 1) or seen, at and sub(seen, at + 1)
  retain, maxAccounts, maxHolds = its.retain, its.accounts, its.holds
  recovers = mark == '!'
end

local function readMeta(value)
  local left = takeKept('m', value)
  if left then return left end
  local clock, seq, last, rest = match(value, '^(%d+) (%d+) (%x+)(.*)$')
  if clock and #last < 16 then
    error({ err = 'BADSTATE meta: found a record of an older version, expected one of this: an empty database' })
  end
  if not clock then corrupt('meta', value) end
  return {
    clock = tonumber(clock),
    seq = tonumber(seq),
    nonce = last,
    rest = rest,
    revoked = rest ~= '' and tonumber(rest) or 0,
  }
end

-- A store that has gone back behind what this gateway saw, or went another way from there, has
-- lost state: nothing may be decided on it (DESIGN §3, rule 8).
local function checkMark()
  if mark == '-' or recovers then return end
  local digits, seen = match(mark, '^(%d+):(%x+)$')
  if not digits then bad('mark', mark, '-, ! or SEQ:NONCE') end
  local seq = amount(digits, 'mark')
  if not meta or meta.seq < seq or (meta.seq == seq and meta.nonce ~= seen) then
    local found = meta and text(meta.seq) .. ':' .. meta.nonce or 'no such root'
    local why = 'root ' .. rootId .. ': found ' .. found .. ', expected ' .. text(seq) .. ':' .. seen .. ' or later'
    -- Another gateway, that has seen less, would go on; of a root that is gone nobody can.
    if meta and tenant.seen then tenant.lose(KEYS[5], why) end
    error({ err = 'STATELOST ' .. why })
  end
end

-- Takes the values of 'g' and 'm'. False where the ledger has no such root.
local function openRecord(g, m)
  tenant.check(KEYS[5], KEYS[4], recovers, tenant.seen)
  if g and m then
    genesis, meta = g, readMeta(m)
  elseif g or m then
    corrupt('root', g or m)
  end
  checkMark()
  if not meta then return false end
  -- No root was ever changed without it.
  if not tenant.last and not recovers then tenant.lose(KEYS[5], 'found no number of the journal\'s last entry') end
  now = instant(latest, meta.clock)
  return true
end
