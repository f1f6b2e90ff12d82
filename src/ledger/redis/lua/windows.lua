-- Shared by the scripts that make holds: the windows of UTC's calendar.

-- Lua has room for 200 names beside each other: what only this file needs is out of the others' sight.
local windowUse, openWindows
do

local SPAN = { 60000, 3600000, 86400000 }
local WEEK = 604800000
-- 1970 began on a Thursday, so the first week of it that began on a Monday began four days later.
local MONDAY = 345600000

-- The first instant of the month that `ms` is in. Days are counted in years from March, where the
-- day that comes and goes is the last (H. Hinnant, "chrono-compatible low-level date algorithms").
local function monthStart(ms)
  local days = floor(ms / 86400000)
  local shifted = days + 719468
  local era = floor(shifted / 146097)
  local ofEra = shifted - era * 146097
  local year = floor((ofEra - floor(ofEra / 1460) + floor(ofEra / 36524) - floor(ofEra / 146096)) / 365)
  local ofYear = ofEra - (365 * year + floor(year / 4) - floor(year / 100))
  local month = floor((5 * ofYear + 2) / 153)
  return (days - (ofYear - floor((153 * month + 2) / 5))) * 86400000
end

-- The first instant of the window that this call's time is in.
local function windowStart(window)
  local start = starts[window]
  if start then return start end
  if window <= 3 then
    start = now - fmod(now, SPAN[window])
  elseif window == 4 then
    start = now - (now - MONDAY) % WEEK
  else
    start = monthStart(now)
  end
  starts[window] = start
  return start
end

local function findWindow(account, unit, window)
  for i = 1, account.windows and #account.windows or 0 do
    local its = account.windows[i]
    if its.unit == unit and its.window == window then return its end
  end
end

-- What an account has spent and holds in the window that is now.
function windowUse(account, unit, window)
  local its = findWindow(account, unit, window)
  if not its or its.start < windowStart(window) then return 0, 0 end
  return its.spent, its.held
end

local function before(a, b)
  return a.unit < b.unit or a.unit == b.unit and a.window < b.window
end

-- Begins to count the windows that one account's limits name, and begins anew those that are over.
-- Tells `tracked`, for the journal, which are new.
function openWindows(account, presented, asMinted, since, tracked)
  local windows = account.windows or {}
  account.windows = windows
  local known = #windows
  for pass = 1, asMinted and 2 or 1 do
    for _, limit in ipairs(pass == 1 and presented or asMinted) do
      if limit.window > 0 and not findWindow(account, limit.unit, limit.window) then
        windows[#windows + 1] = {
          unit = limit.unit,
          window = limit.window,
          start = windowStart(limit.window),
          since = since,
          spent = 0,
          held = 0,
          fresh = true,
        }
      end
    end
  end
  for i = 1, known do
    local its = windows[i]
    local start = windowStart(its.window)
    if its.start < start then its.start, its.spent, its.held = start, 0, 0 end
  end
  if #windows == known then return end
  table.sort(windows, before)
  for _, its in ipairs(windows) do
    if its.fresh then
      its.fresh = nil
      tracked[#tracked + 1] =
        account.field .. ':' .. text(its.unit) .. ':' .. text(its.window) .. ';'
    end
  end
end
end
