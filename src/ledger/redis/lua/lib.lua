-- Shared by every script: how ARGV is checked and texts are read. The texts are described in
-- ../keys.ts. Everything here runs before a script's first write, so an error raised here has
-- changed nothing.

-- What Lua and the store offer. It is not there yet while a library is loaded: `prepare` fetches it,
-- with the first call.
local call, match, gmatch, find, format, sub, lower, concat, floor, fmod, max, min
-- %d is several times faster, but only where C's long has 64 bits.
local WHOLE, META, ACCOUNT_TEXT, STATE, USE, STANDING

-- Doubles count whole numbers exactly below 2^53; every amount and every sum stays there.
local TOO_MUCH = 9007199254740992

-- Shared, and never changed.
local NOTHING = {}

-- The texts of numbers that come again and again.
local SMALL = {}

-- The order of money/units.ts: unit u has its spent at 2u - 1 and its held at 2u of an account. Behind those
-- are its places: how many holds are open in its subtree, and how many accounts that has, itself included.
local UNITS, OPEN, ACCOUNTS = 4, 9, 10
local UNIT = { credits = 1, usd = 2, tokens = 3, calls = 4 }
-- The order of WINDOWS there; 0 is for life.
local WINDOW = { minute = 1, hour = 2, day = 3, week = 4, month = 5 }

-- The caller sent what no caller may send.
local function bad(what, found, expected)
  local shown = found == nil and 'nothing' or '"' .. sub(tostring(found), 1, 64) .. '"'
  error({ err = 'BADINPUT ' .. what .. ': found ' .. shown .. ', expected ' .. expected })
end

-- The store holds what no script writes.
local function corrupt(what, found)
  error({ err = 'BADSTATE ' .. what .. ': found "' .. sub(tostring(found), 1, 64) .. '"' })
end

-- Remembers what `parse` made of the last few hundred texts: a pure function of each, and most of what
-- comes has been there before. What it answers is shared, so nobody may change it.
local function memo(parse)
  local known, count = {}, 0
  return function(value, what)
    local made = known[value]
    if made then return made end
    made = parse(value, what)
    if count >= 500 then known, count = {}, 0 end
    known[value], count = made, count + 1
    return made
  end
end

-- Digits, as a pattern found them, as a number.
local function amount(digits, what)
  local n = #digits <= 16 and tonumber(digits)
  if not n or n >= TOO_MUCH then bad(what, digits, 'a whole number from 0 to 2^53 - 1') end
  return n
end

-- No sign, fraction, exponent, hex or nan gets past the pattern.
local function whole(value, what)
  if not find(value or '', '^%d+$') then bad(what, value, 'a whole number from 0 to 2^53 - 1') end
  return amount(value, what)
end

local function prepare()
  if call then return end
  match, gmatch, find = string.match, string.gmatch, string.find
  format, sub, lower, concat = string.format, string.sub, string.lower, table.concat
  floor, fmod, max, min = math.floor, math.fmod, math.max, math.min
  WHOLE = format('%d', TOO_MUCH - 1) == '9007199254740991' and '%d' or '%.0f'
  META = string.rep(WHOLE .. ' ', 2) .. '%s%s'
  ACCOUNT_TEXT = string.rep(WHOLE .. ' ', 10) .. '%s%s'
  STANDING = WHOLE .. ' %s ' .. WHOLE .. ' %s'
  STATE, USE = string.rep(' ' .. WHOLE, 3), string.rep(' ' .. WHOLE, 2)
  for n = 0, 99 do SMALL[n] = format(WHOLE, n) end
  call = redis.call
end

local function text(n)
  return SMALL[n] or format(WHOLE, n)
end

-- "1000000,,,1000000" as an amount or nil for each unit.
local vector = memo(function(value, what)
  local a, b, c, d = match(value or '', '^(%d*),(%d*),(%d*),(%d*)$')
  if not a then bad(what, value, 'four amounts, empty where unknown, joined by commas') end
  return {
    a ~= '' and amount(a, what) or nil,
    b ~= '' and amount(b, what) or nil,
    c ~= '' and amount(c, what) or nil,
    d ~= '' and amount(d, what) or nil,
  }
end)

local function vectorText(v)
  return (v[1] and text(v[1]) or '') .. ',' .. (v[2] and text(v[2]) or '') .. ','
    .. (v[3] and text(v[3]) or '') .. ',' .. (v[4] and text(v[4]) or '')
end

-- A reservation's own part of its id, or a root's id.
local function hexId(value)
  if not value or #value ~= 32 or not find(value, '^%x+$') or lower(value) ~= value then
    bad('id', value, '32 lowercase hex digits')
  end
  return value
end

-- "IDS WORDS", where the ids of several follow one another, without a space. Adds them to a list of ids and
-- one of holds' fields. Answers where the words begin.
local function readIds(value, ids, fields)
  local _, stop = find(value, '^[%da-f]+ ')
  local n, m = #ids, #fields
  if not stop or stop % 32 ~= 1 then bad('id', match(value, '^%S*'), '32 lowercase hex digits each') end
  for at = 1, stop - 32, 32 do
    local id = sub(value, at, at + 31)
    n, m = n + 1, m + 1
    ids[n], fields[m] = id, 'h:' .. id
  end
  return stop + 1
end

-- Who may drain a journal, as lease.lua and move-head.lua are told.
local function holderName(value)
  if not value or #value > 64 or not find(value, '^[%w._-]+$') then
    bad('holder', value, '1 to 64 of [A-Za-z0-9._-]')
  end
  return value
end

-- "credits=1000000;calls/hour=5000000;usd+carved=7;" as a list; "-" is none.
local limits = memo(function(value)
  local list = {}
  if value == '-' then return list end
  local at, stop = 1, #value
  repeat
    local name, per, carved, digits, after = match(value, '^(%l+)/?(%l*)(%+?%l*)=(%d+);()', at)
    local unit = name and UNIT[name]
    local window = per == '' and 0 or per and WINDOW[per]
    if not unit or not window or (carved ~= '' and (carved ~= '+carved' or window > 0)) then
      bad('limits', value, '- or UNIT[/WINDOW][+carved]=MICROS; for each limit')
    end
    if window > 0 then list.windowed = true end
    list[#list + 1] = {
      unit = unit,
      window = window,
      micros = amount(digits, 'limit'),
      carved = carved ~= '',
    }
    at = after
  until at > stop
  return list
end)

-- The time that decides: the store's own, never before one that already decided for this root.
-- nil when it is past the latest that the gateway can believe.
local function instant(latest, stored)
  local time = call('TIME')
  local ms = time[1] * 1000 + floor(time[2] / 1000)
  if ms > latest then return nil end
  return stored and max(ms, stored) or ms
end
