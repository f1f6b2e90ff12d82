-- Holds costs of calls under one root, each on every account of its path, or on none of them.
-- KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2] how many paths there are
-- ARGV[3…] the paths (see paths.lua), then how many terms there are, then those:
--   "PATH TTL OWNER FINGERPRINT ABOUT STEPS LEAST MOST": the place of a path, a hold's life in ms,
--   g (the gateway) or c (a caller), "-" or of what was asked, "-" or what the journal tells of it, and
--   the cost: amounts by unit. Then the reservations:
--   "IDS TERMS": 32 hex digits of each on the same terms, the place of those
--
-- Returns { "SEQ NONCE TIME CALL", genesis, and for each reservation one of
--   "held STEP GRANTED DUE", "replayed STEP GRANTED DUE", followed by " MICROS" of every limit of its
--     path, and " SPENT HELD" of everything that these limit, each once
--   "=", which is held as the one before it was, after that one: each that it limits holds so much more
--   "REASON", "REASON PLACE", "unit_unknown PLACE UNIT", "budget_exhausted LIMIT REQUIRED MICROS
--     SPENT HELD" with the place of the limit among all of its path }

-- The largest step of a cost that leaves `room` in a unit, at most `step`. Exact, since
-- (most - least) * steps is below 2^53.
local function fit(cost, u, room, step)
  local spread, spare = cost.most[u] - cost.least[u], room - cost.least[u]
  if spare >= spread then return step end
  local part = spare * cost.steps
  return min(step, (part - fmod(part, spread)) / spread)
end

-- The step whose cost a path affords in one unit. The room of the ancestors is handed down: each
-- child has what it set aside and does not use, too.
local function affordable(bound, cost, u, claims, step)
  local room, k, limits = TOO_MUCH, 1, bound.limits
  for i = 1, #bound do
    local account = bound[i]
    local used = account[2 * u - 1] + account[2 * u]
    if claims then room = room + claims[i] - used end
    while limits[k] and limits[k].at == i do
      if limits[k].unit == u then
        local spent, held = useOf(account, limits[k])
        local left = limits[k].micros - spent - held
        if limits[k].window == 0 then
          room = min(room, left)
        else
          step = fit(cost, u, left, step)
        end
      end
      k = k + 1
    end
  end
  return fit(cost, u, room, step)
end

-- The largest step that a path affords with carve-outs raised, or nil and the refusal.
local function grant(bound, cost, raised)
  local by, claims = NOTHING, NOTHING
  if raised or isCarved(bound) then
    by, claims = {}, {}
    for _, u in ipairs(cost.units) do by[u], claims[u] = shares(bound, u, cost.least[u], raised) end
  end
  local refusal = unaffordable(bound, cost.least, by)
  if refusal then return nil, refusal end
  local step = cost.steps
  if step == 0 then return 0 end
  for _, u in ipairs(cost.units) do step = affordable(bound, cost, u, claims[u], step) end
  return step
end

-- An id seen before: the answer given then, or a refusal. Nothing is added either way.
local function again(hold, terms, bound)
  if hold.state == 't' then return 'id_conflict' end
  if hold.state ~= 'o' or now >= hold.due then
    local other = hold.print ~= '-' and hold.print ~= terms.print
    return other and 'id_conflict' or 'already_resolved'
  end
  local step, content = match(hold.rest, '^(%d+) (.*)$')
  if hold.leaf ~= bound.path.leaf or hold.owner ~= terms.owner
    or hold.print ~= terms.print or content ~= terms.content then
    return 'id_conflict'
  end
  return 'replayed ' .. step .. ' ' .. hold.granted .. ' ' .. text(hold.due) .. bound.micros
    .. usedText(bound)
end

local function unknownUnit(bound, cost)
  local list = bound.limits
  for k = 1, #list do
    if not cost.least[list[k].unit] then
      return 'unit_unknown ' .. text(list[k].at) .. ' ' .. text(list[k].unit)
    end
  end
end

-- The step that may be held, and the carve-outs to be raised with it; or nil and the refusal. What is
-- past its end is given back before it refuses anybody, and before the account that it was set aside
-- for is charged again.
local function decide(bound, cost)
  if isCarved(bound) then endPast(bound) end
  local raised = raises(bound)
  local step, refusal = grant(bound, cost, raised)
  if not step and find(refusal, '^budget') and endDue() > 0 then
    raised = raises(bound)
    step, refusal = grant(bound, cost, raised)
  end
  return step, step and raised or refusal
end

-- Adds what is granted to what every account of the path holds, for life and in its windows.
local function hold(bound, cost, granted)
  local path = bound.path
  open(bound, 1)
  for k = 1, #cost.units do move(bound, cost.units[k], granted[cost.units[k]], 0) end
  for i = 1, path.n do
    local account = bound[i]
    account.seen = path.texts[i]
    for j = 1, account.windows and #account.windows or 0 do
      local its = account.windows[j]
      its.spent, its.held = moved(its.spent, its.held, granted[its.unit] or 0, 0)
    end
  end
end

-- Begins the windows that are not counted yet. Answers those, as the journal has them, and as which change
-- the hold is made that counts in any, or 0.
local function track(bound)
  local path, before, tracked, counted = bound.path, meta.seq, NOTHING, 0
  for i = 1, path.n do
    local account, asMinted = bound[i], i == 1 and minted.limits or nil
    if account.windows or path.presented[i].windowed or asMinted and asMinted.windowed then
      if tracked == NOTHING then tracked = {} end
      openWindows(account, path.presented[i], asMinted, before, tracked)
      counted = before + 1
    end
  end
  return #tracked > 0 and concat(tracked) or '-', counted
end

-- What all holds have in common that one call makes on the same terms: the words of the journal's entry
-- behind the id, the hold's text, and how the answer begins.
local function textsFor(terms, bound, cost, step, seq)
  local known = made[terms]
  if known and known.cost == cost and known.step == step and known.seq == seq then return known end
  local leaf = bound.path.leaf
  local granted, grantedText = costAt(cost, step)
  local due, rest = text(now + terms.ttl), text(step) .. ' ' .. terms.content
  local lasting = lastingText(now, seq, terms.owner, leaf, grantedText, terms.print)
  local words = concat({ '', leaf, terms.owner, grantedText, due, terms.print, terms.about, rest, '' }, ' ')
  known = {
    cost = cost,
    step = step,
    seq = seq,
    granted = granted,
    named = terms.owner == 'c' and leaf,
    due = due,
    words = words,
    plain = words .. '- -',
    text = holdText('o', due, lasting, terms.about, rest),
    answer = concat({ 'held', text(step), grantedText, due }, ' ') .. bound.micros,
  }
  made[terms] = known
  return known
end

-- How many more holds of so much a path affords that has no windows and no carve-outs. Where one more fits,
-- no more than that is granted: it was the most a moment ago.
local function roomFor(bound, cost, granted)
  local room = TOO_MUCH
  local taken = 0
  for i = 1, #bound do taken = taken + bound[i][OPEN] end
  room = min(room, floor((maxHolds - taken) / #bound))
  local function share(left, more)
    if more > 0 then room = min(room, (left - fmod(left, more)) / more) end
  end
  for _, u in ipairs(cost.units) do
    if not bound.path.limited[u] then
      share(max(0, roomOf(bound, u) - (SHARE - 1) * granted[u]), granted[u])
    end
  end
  for _, limit in ipairs(bound.limits) do
    local spent, held = useOf(bound[limit.at], limit)
    share(limit.micros - spent - held, granted[limit.unit])
  end
  return room
end

-- Writes down a hold that is on its path's accounts already, or will be.
local function keepHold(id, texts, tracked)
  changeHold('held', id, tracked == '- -' and texts.plain or texts.words .. tracked)
  putHold(id, texts.due, texts.text)
  if texts.named then pair(nameAdd, '0', nameOf(texts.named, id)) end
end

local function make(id, terms, bound, cost, step, raised)
  local setAside = raised and raise(bound, raised) or '-'
  local tracked, seq = track(bound)
  local texts = textsFor(terms, bound, cost, step, seq)
  hold(bound, cost, texts.granted)
  if seq == 0 and cost == terms.cost and not isCarved(bound) then
    alike = { terms = terms, bound = bound, texts = texts, units = terms.cost.units,
      granted = texts.granted, times = 0 }
  end
  keepHold(id, texts, tracked .. ' ' .. setAside)
  return texts.answer .. usedText(bound)
end

-- Whether one more can be held as the one before it was, with nothing else decided between them.
local function isAlike(id, terms)
  if not alike or alike.terms ~= terms or holds[id] then return false end
  alike.room = alike.room or roomFor(alike.bound, terms.cost, alike.granted)
  return alike.times < alike.room
end

local function makeAlike(id)
  alike.times = alike.times + 1
  keepHold(id, alike.texts, '- -')
  return '='
end

local function reserve(id, terms, path)
  if isAlike(id, terms) then return makeAlike(id) end
  moveAlike()
  if not now then return 'clock_ahead' end
  local bound = bind(path)
  if bound.differ then return bound.differ end
  if holds[id] then return again(readHold(holds[id]), terms, bound) end
  local reason = bound.barred or unknownUnit(bound, terms.cost)
  if reason then return reason end
  reason = withoutAccounts(bound) or withoutPlaces(bound)
  if reason then return reason end
  local cost = withinShare(bound, terms.cost)
  local step, more = decide(bound, cost)
  if not step then return more end
  return make(id, terms, bound, cost, step, more)
end

-- Reads, from a place of ARGV on, how many there are and then each. Answers them by their places as text,
-- and where they end.
local function readEach(at, what, read)
  local list, count = {}, whole(ARGV[at], what)
  for i = 1, count do list[text(i)] = read(ARGV[at + i] or bad(what, nil, 'as many as there are')) end
  return list, at + count
end

-- Adds the fields of all accounts of some paths, each once.
local function addFields(paths, fields)
  local wanted = {}
  for _, path in pairs(paths) do
    for _, field in ipairs(path.fields) do
      if not wanted[field] then
        wanted[field] = true
        fields[#fields + 1] = field
      end
    end
  end
end

function readReservations(from, fields)
  local paths, last = readEach(from, 'paths', readPath)
  local all, before = readEach(last + 1, 'terms', readTerms)
  for _, terms in pairs(all) do
    if not paths[terms.place] then bad('terms', terms.place, 'the place of a path') end
  end
  local asked = { paths = paths, terms = {}, ids = {}, first = #fields + 1 }
  addFields(paths, fields)
  asked.firstHold = #fields
  for i = before + 1, #ARGV do
    local place = sub(ARGV[i], readIds(ARGV[i], asked.ids, fields))
    local terms = all[place] or bad('reservation', place, 'the place of its terms')
    for k = #asked.terms + 1, #asked.ids do asked.terms[k] = terms end
  end
  if #asked.ids == 0 then bad('reservations', 'none', 'at least one') end
  return asked
end

function makeHolds(asked, answers)
  for _, path in pairs(asked.paths) do readAccounts(path.fields) end
  local n = #answers
  for i = 1, #asked.ids do
    local terms = asked.terms[i]
    answers[n + i] = reserve(asked.ids[i], terms, asked.paths[terms.place])
  end
end

register('reserve', {}, function()
  local fields = { 'g', 'm' }
  return answerGroup(fields, nil, readReservations(2, fields))
end)
