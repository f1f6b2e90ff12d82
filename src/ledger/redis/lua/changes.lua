-- Shared by the functions that change a root: what one call has changed, and how it is written.

-- Counts one change of the root and tells the journal: its kind, and up to three parts of its words.
local function change(kind, words, more, last)
  local seq = meta.seq + 1
  meta.seq = seq
  if not stamp then
    meta.clock = now or meta.clock
    stamp = ' ' .. text(meta.clock) .. ' '
  end
  entries[#entries + 1] =
    kind .. ' ' .. format(WHOLE, seq) .. stamp .. words .. (more or '') .. (last or '')
end

-- Adds two more to a list that is written by pairs: a score and its member, a field and its text.
local function pair(list, first, second)
  local n = #list
  list[n + 1], list[n + 2] = first, second
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
  local writes = holdWrites
  pair(writes, 'm', format(META, meta.clock, meta.accounts, meta.open, meta.seq, nonce, meta.rest))
  for field, account in pairs(touched) do
    local its = accountText(account)
    pair(writes, field, its)
    keepWritten(account, its)
  end
  inParts('HSET', KEYS[1], writes)
  append()
end

-- Writes what is no change of the root's amounts as well: the lists of what is due, and what leaves.
local function commit()
  moveRepeated()
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
