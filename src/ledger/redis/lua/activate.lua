-- Sets aside all carve-outs of a path, or none. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2] the path (see paths.lua)
--
-- Returns { "SEQ NONCE TIME CALL", genesis, "active" or "replayed" and the path's limits, or a refusal, as
--   reserve.lua has them }

-- The accounts of a path down to the last one that something is to be set aside for.
local function upper(bound, raised)
  local part = { path = bound.path, limits = {} }
  for i = 1, raised.deepest do part[i] = bound[i] end
  for _, limit in ipairs(bound.limits) do
    if limit.at <= raised.deepest then part.limits[#part.limits + 1] = limit end
  end
  return part
end

local function refusalOf(bound, raised)
  local part, by = upper(bound, raised), {}
  local crowded = withoutAccounts(part)
  if crowded then return crowded end
  for u = 1, UNITS do by[u] = shares(part, u, 0, raised) end
  return unaffordable(part, {}, by)
end

local function activate(path)
  if not now then return 'clock_ahead' end
  local bound = bind(path)
  if bound.differ then return bound.differ end
  if bound.barred then return bound.barred end
  if isCarved(bound) then endPast(bound) end
  local raised = raises(bound)
  local refusal = raised and refusalOf(bound, raised)
  if refusal and find(refusal, '^budget') and endDue() > 0 then
    raised = raises(bound)
    refusal = raised and refusalOf(bound, raised)
  end
  if refusal then return refusal end
  if not raised then return 'replayed' .. bound.micros .. usedText(bound) end
  -- What lies below the last account that is carved for stays as it is, stored or not.
  for i = 1, raised.deepest do
    bound[i].seen = path.texts[i]
    touch(bound[i])
  end
  change('activated', path.leaf .. ' ' .. raise(bound, raised))
  return 'active' .. bound.micros .. usedText(bound)
end

register('activate', {}, function()
  local path = readPath(ARGV[2])
  local stored = call('HMGET', KEYS[1], 'g', 'm')
  if not openRecord(stored[1], stored[2]) then return { noStanding(), '-', 'root_unknown' } end
  readAccounts(path.fields)
  local answer = activate(path)
  commit()
  return { standing(), genesis, answer }
end)
