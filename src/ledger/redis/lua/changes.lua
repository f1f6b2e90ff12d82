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

-- What one call tells the journal is one item of the stream, under the number of its first entry.
local function append()
  endRun()
  local told = text(changes)
  local first = call('HINCRBY', KEYS[5], 'n', told) - changes + 1
  call('XADD', KEYS[4], text(first) .. '-0', 'r', rootId, 'n', told, 'e',
    entries[2] and concat(entries, '\n') or entries[1])
end

-- Lua has room for some 8,000 arguments; to end all that is set aside below an account can take more.
local PART = 4000

local function inParts(command, key, list)
  for i = 1, #list, PART do call(command, key, unpack(list, i, min(i + PART - 1, #list))) end
end

local function writeRecord()
  meta.nonce = nonce
  local writes = holdWrites
  local its = format(META, meta.clock, meta.seq, nonce, meta.rest)
  pair(writes, 'm', its)
  for i = 1, #touched do
    local account = touched[i]
    if account.new then
      gone[#gone + 1] = account.field
    else
      local words = accountText(account)
      pair(writes, account.field, words)
      keep(account.field, account, words)
    end
  end
  inParts('HSET', KEYS[1], writes)
  append()
  keep('m', meta, its)
end

-- Writes what is no change of the root's amounts as well: the lists of what is due, and what leaves.
local function commit()
  moveAlike()
  moveRepeated()
  if changes > 0 then writeRecord() end
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
  return format(STANDING, meta.seq, meta.nonce, now or meta.clock, nonce)
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
