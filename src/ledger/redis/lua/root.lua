-- Shared by the functions that change a root: the state of one call, and the root's record as it is
-- found. It is read once and written once, in changes.lua, however many operations the call has.
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
-- By field: the accounts that this call has read, and those to be written. The text of each hold that it
-- knows, by id.
local accounts, touched, holds
-- The journal's entries and what they have as their time; the holds to be written, each field before its
-- text; and fields of the record to be deleted.
local entries, stamp, holdWrites, gone
-- Members of KEYS[2] and KEYS[3] to be added, each after its score, and to be dropped.
local dueAdd, dueDrop, carveAdd, carveDrop
-- This call is a recovery's.
local recovers
-- What the files after this one remember of one call.
local starts, minted, routes, endings, bounds, made, repeated, alike

local function begin(keys, args)
  prepare()
  KEYS, ARGV, rootId = keys, args, sub(keys[1], -32)
  meta, genesis, now, markSeq, markNonce, minted, stamp = nil, nil, nil, nil, nil, nil, nil
  accounts, touched, holds, entries, holdWrites, gone = {}, {}, {}, {}, {}, {}
  starts, routes, endings, bounds, made, repeated, alike = {}, {}, {}, {}, {}, nil, nil
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
