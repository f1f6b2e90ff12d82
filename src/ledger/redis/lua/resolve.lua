-- Ends holds of one root, or prolongs them: each for itself, in the order given. Runs under memory
-- pressure too: what was spent is recorded. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2…] operations that are the same: "IDS UPSTREAMS WORDS": 32 hex digits of each, and joined by
-- commas "-" or what the upstream said of each, for the journal. WORDS are one of these. BY is "g" for the
-- gateway, or a caller's own account's field, with "+NUMBER" of the revocations that it has seen, if any, or "c" for a caller with none here:
--   "settle BY COST"  charges what it cost (amounts by unit, empty where it is as held) and frees the
--                     rest; after it was presumed spent, corrects that, once
--   "release BY"      gives all of it back; an id never seen is marked, so that it can't be reserved later
--   "extend BY TTL"   moves its deadline to so many ms from now, at most a day after it was made, and
--                     never back
--
-- Returns { "SEQ NONCE TIME CALL", and for each operation one of "settled CHARGED", "released",
--   "extended DUE", "replayed CHARGED", "replayed", or a reason }

local MAX_LIFE = 86400000

local NEEDS = { settle = '^%l+ (%S+) (%S+)$', release = '^%l+ (%S+)$', extend = '^%l+ (%S+) (%d+)$' }

-- What is to be done with a hold: those of a group that cost the same are the same words.
local readWords = memo(function(words)
  local kind = match(words, '^%l+')
  if not NEEDS[kind] then bad('operation', words, 'settle, release or extend') end
  local by, third = match(words, NEEDS[kind])
  if not by or not find(by, '^a:') and by ~= 'g' and by ~= 'c' then bad('operation', words, 'KIND BY …') end
  local field, seen = match(by, '^(a:[^+]*)%+?(%d*)$')
  local operation = { kind = kind, by = field or by, who = by == 'g' and 'g' or 'c' }
  if field then operation.revoked = seen == '' and 0 or amount(seen, 'revocations') end
  if kind == 'settle' then
    vector(third, 'cost')
    operation.cost = ' ' .. third
  elseif kind == 'extend' then
    operation.ttl = amount(third, 'ttl')
    if operation.ttl < 1000 or operation.ttl > MAX_LIFE then bad('ttl', third, '1000 to 86400000 ms') end
  end
  return operation
end)

-- "IDS UPSTREAMS WORDS", where what the upstream said is as many words, joined by commas. Adds each to its
-- list, and answers what is to be done with them.
local function readOperations(value, ids, fields, upstreams)
  local from = readIds(value, ids, fields)
  local _, stop = find(value, '^%S+ ', from)
  if not stop then bad('operation', value, 'IDS UPSTREAMS KIND BY …') end
  for k = #upstreams + 1, #ids do
    -- There are commas in the words behind them, too.
    local comma = min(find(value, ',', from, true) or stop, stop)
    if comma == from or (comma < stop) ~= (k < #ids) then
      bad('upstreams', value, '- or one word of each')
    end
    upstreams[k], from = sub(value, from, comma - 1), comma + 1
  end
  return readWords(sub(value, stop + 1))
end

-- A hold is ended by whoever made it; the gateway ends any.
local function mayEnd(hold, by)
  return by == 'g' or (hold.owner == 'c' and hold.leaf == by)
end

local function settle(id, hold, operation, upstream)
  if hold.state == 'r' then return 'already_resolved' end
  local its = settling(hold.granted .. operation.cost)
  if hold.state == 's' then
    return hold.rest == its.text and 'replayed ' .. its.text or 'already_resolved'
  end
  if its.above and operation.by ~= 'g' then return 'above_hold' end
  resolve(hold, its.charges)
  local kind = hold.state == 'p' and 'corrected' or 'settled'
  local ending = finish(id, hold, kind, 's', its.text, operation.who, upstream)
  if repeated and repeated.wasOpen then
    ended = { text = hold.text, operation = operation, ending = ending, answer = its.answer,
      named = hold.owner == 'c' and hold.leaf }
  end
  return its.answer
end

local function release(id, hold, operation)
  if hold.state == 'r' then return 'replayed' end
  -- Past its deadline it is spent, whether a sweep has been here or not.
  if hold.state ~= 'o' or (now or meta.clock) >= hold.due then return 'already_resolved' end
  resolve(hold, chargesOf(hold.held, {}))
  finish(id, hold, 'released', 'r', ',,,', operation.who, '-')
  return 'released'
end

local REASON = { p = 'account_paused', r = 'account_revoked', c = 'account_closed' }

local function extend(id, hold, operation)
  local at = now or meta.clock
  if hold.state ~= 'o' or at >= hold.due then return 'already_resolved' end
  if at >= tonumber(match(genesis, '^%S+ (%d+) ')) then return 'expired' end
  for _, account in ipairs(pathOf(hold.leaf)) do
    if account.standing then return REASON[account.standing] .. ' ' .. account.field end
  end
  local due = min(at + operation.ttl, hold.created + MAX_LIFE)
  if due <= hold.due then return 'extended ' .. text(hold.due) end
  local dueText = text(due)
  change('extended', concat({ id, hold.leaf, dueText, operation.who }, ' '))
  putHold(id, dueText, holdText('o', dueText, hold.lasting, hold.about, hold.rest))
  return 'extended ' .. dueText
end

-- Settles one that is the same as the one before it but for its id.
local function settleAlike(id, upstream)
  repeated.times = repeated.times + 1
  changeHold('settled', id, ended.ending.words, upstream)
  putHold(id, ended.ending.due, ended.ending.text)
  if ended.named then nameDrop[#nameDrop + 1] = nameOf(ended.named, id) end
  return ended.answer
end

local DO = { settle = settle, release = release, extend = extend }

local function perform(id, operation, upstream)
  local value, kind = holds[id], operation.kind
  if ended and ended.text == value and ended.operation == operation then return settleAlike(id, upstream) end
  local differ = operation.revoked and revocations.differ(operation.revoked)
  if differ then return differ end
  if not value then
    if kind ~= 'release' or operation.by ~= 'g' then return 'reservation_unknown' end
    -- An id never seen is as good as released.
    keepId(id, 'g')
    return 'released'
  end
  local hold = readHold(value)
  if hold.state == 't' then
    return kind == 'release' and 'already_resolved' or 'reservation_unknown'
  end
  if not mayEnd(hold, operation.by) then return 'not_owner' end
  return DO[kind](id, hold, operation, upstream)
end

function readEnds(from, to, fields)
  local asked = { ids = {}, operations = {}, upstreams = {}, first = #fields + 1 }
  -- Most often what is ended is at the same leaf as before: then nothing more has to be asked for.
  local likely = keptHere.leaf and pathTo(keptHere.leaf) or NOTHING
  for i = 1, #likely do fields[#fields + 1] = likely[i] end
  asked.firstHold = #fields
  for i = from, to do
    local operation = readOperations(ARGV[i], asked.ids, fields, asked.upstreams)
    for k = #asked.operations + 1, #asked.ids do asked.operations[k] = operation end
  end
  if #asked.ids == 0 then bad('operations', 'none', 'at least one') end
  return asked
end

function endHolds(asked, answers)
  local n = #answers
  for i = 1, #asked.ids do
    answers[n + i] = perform(asked.ids[i], asked.operations[i], asked.upstreams[i])
  end
end

register('resolve', { 'allow-oom' }, function()
  local fields = { 'g', 'm' }
  return answerGroup(fields, readEnds(2, #ARGV, fields), nil)
end)
