-- Shared with reserve.lua: what a reservation says but its id.

-- "STEPS LEAST MOST" (see DESIGN §3): a cost between two amounts by unit, in so many steps.
local readCost = memo(function(content)
  local stepsText, leastText, mostText = match(content, '^(%d+) (%S+) (%S+)$')
  if not stepsText then bad('cost', content, 'STEPS LEAST MOST') end
  local steps, least = amount(stepsText, 'steps'), vector(leastText, 'least')
  local most = vector(mostText, 'most')
  local units = {}
  for u = 1, UNITS do
    local low, high = least[u], most[u]
    if low or high then
      if not low or not high then bad('cost', content, 'the same units in least and most') end
      if low > high or (steps == 0 and low < high) or (high - low) * steps >= TOO_MUCH then
        bad('cost', content, 'least <= most, and (most - least) * steps below 2^53')
      end
      units[#units + 1] = u
    end
  end
  if not least[4] then bad('cost', content, 'calls among its units') end
  return {
    steps = steps,
    least = least,
    most = most,
    units = units,
    leastText = leastText,
    mostText = mostText,
  }
end)

-- What a cost comes to at one of its steps, as amounts and as text.
local function costAt(cost, step)
  if step == 0 then return cost.least, cost.leastText end
  if step == cost.steps then return cost.most, cost.mostText end
  local granted = {}
  for _, u in ipairs(cost.units) do
    local part = (cost.most[u] - cost.least[u]) * step
    local over = fmod(part, cost.steps)
    granted[u] = cost.least[u] + (part - over) / cost.steps + (over > 0 and 1 or 0)
  end
  return granted, vectorText(granted)
end

local TERMS = '^(%d+) (%d+) ([gc]) (%S+) (%S+) (.+)$'

-- All that a reservation says but its id.
local readTerms = memo(function(words)
  local place, ttl, owner, print, about, content = match(words, TERMS)
  if not place then
    bad('terms', words, 'PATH TTL OWNER FINGERPRINT ABOUT STEPS LEAST MOST')
  end
  ttl = amount(ttl, 'ttl')
  if ttl < 1000 or ttl > 86400000 then bad('ttl', ttl, '1000 to 86400000 ms') end
  if #print > 1024 then bad('fingerprint', print, 'at most 64 characters') end
  return {
    place = place,
    ttl = ttl,
    owner = owner,
    about = about,
    print = print,
    content = content,
    cost = readCost(content),
  }
end)
