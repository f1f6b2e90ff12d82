-- Shared by the functions that change a root: what one call has changed, and how it is written.

-- Tells the journal the last entry, and those that are told with it: "KIND SEQ TIME IDS WORDS", where IDS
-- are 32 digits each, and the entries' numbers follow one another; and what of each is its own, if anything.
local function endRun()
  local its = run
  if not its then return end
  run = nil
  entries[#entries + 1] = its.kind .. ' ' .. text(its.seq) .. stamp .. concat(its.ids) .. its.words
    .. (its.own and concat(its.own, ',') or '')
end

-- Counts one change of the root.
local function count()
  meta.seq, changes = meta.seq + 1, changes + 1
  if not stamp then
    meta.clock = now or meta.clock
    stamp = ' ' .. text(meta.clock) .. ' '
  end
end

-- One that is told by itself: its kind and its words.
local function change(kind, words)
  endRun()
  count()
  entries[#entries + 1] = kind .. ' ' .. text(meta.seq) .. stamp .. words
end

-- A hold's: its kind, its id, the words behind that, and what else is its own.
local function changeHold(kind, id, words, own)
  count()
  local its = run
  if its and its.words == words and its.kind == kind then
    local n = its.n + 1
    its.n, its.ids[n] = n, id
    if own then its.own[n] = own end
    return
  end
  endRun()
  run = { kind = kind, seq = meta.seq, words = words, n = 1, ids = { id }, own = own and { own } }
end

-- Adds two more to a list that is written by pairs: a score and its member, a field and its text.
local function pair(list, first, second)
  local n = #list
  list[n + 1], list[n + 2] = first, second
end

-- Lua has room for 200 names beside each other: what only this part needs is out of the others' sight.
local commit
do

-- What one call tells the journal is one item of the stream, under the number of its first entry.
local function append(due)
  endRun()
  local first = tenant.advance(KEYS[5], changes, nonce, due)
  call('XADD', KEYS[4], text(first) .. '-0', 'r', rootId, 'n', text(changes), 'e',
    entries[2] and concat(entries, '\n') or entries[1], 'v', nonce)
end

-- Lua has room for some 8,000 arguments; to end all that is set aside below an account can take more.
local PART = 4000

-- Answers how many of them that added, or took away.
local function inParts(command, key, list)
  local count = 0
  for i = 1, #list, PART do
    count = count + call(command, key, unpack(list, i, min(i + PART - 1, #list)))
  end
  return count
end

local function writeRecord(due)
  meta.nonce = nonce
  local writes = holdWrites
  local its = format(META, meta.clock, meta.seq, nonce, meta.rest)
  pair(writes, 'm', its)
  for i = 1, #touched do
    local account = touched[i]
    if account.new then
      gone[#gone + 1] = account.field
      nameDrop[#nameDrop + 1] = account.field
    else
      if account.born then pair(nameAdd, '0', account.field) end
      local words = accountText(account)
      pair(writes, account.field, words)
      keep(account.field, account, words)
    end
    account.born = nil
  end
  -- First what can be refused, as where the journal goes on after its own numbers: then nothing is changed.
  append(due)
  if not tenant.shortest or retain < tenant.shortest then
    tenant.shortest = retain
    call('HSET', KEYS[5], 's', text(retain))
  end
  inParts('HSET', KEYS[1], writes)
  keep('m', meta, its)
end

-- Lists a root among the tenant's, KEYS[7], where it is not yet.
function tenant.listRoot()
  if call('ZADD', KEYS[7], 0, rootId) == 1 then call('HINCRBY', KEYS[5], 'r', 1) end
end

-- Writes what is no change of the root's amounts as well: the lists of what is due, and what leaves.
function commit()
  moveAlike()
  moveRepeated()
  local dropped = inParts('ZREM', KEYS[2], dueDrop)
  -- What was dropped first can have come again.
  local due = inParts('ZADD', KEYS[2], dueAdd) - dropped
  if changes > 0 then
    writeRecord(due)
  elseif due ~= 0 then
    call('HINCRBY', KEYS[5], 'c', text(due))
  end
  inParts('HDEL', KEYS[1], gone)
  inParts('ZREM', KEYS[3], carveDrop)
  inParts('ZADD', KEYS[3], carveAdd)
  inParts('ZREM', KEYS[6], nameDrop)
  inParts('ZADD', KEYS[6], nameAdd)
end
end

-- "SEQ NONCE TIME CALL" of the root as this call leaves it, and which call it was: 16 hex digits that
-- come with it, so that nobody takes an answer for another call's. Behind them, for a gateway that said what
-- it had seen of the tenant, the tenant's version.
local function standing()
  local its = format(STANDING, meta.seq, meta.nonce, now or meta.clock, nonce)
  return tenant.seen and its .. ' ' .. (match(tenant.versions, '^ (%S+)') or '0:-') or its
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
