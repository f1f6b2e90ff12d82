-- Shared by every script: how ARGV and the texts of a root's record are read and written.
-- The texts are described in ../keys.ts. Everything here runs before a script's first write, so
-- an error raised here has changed nothing.

local call, match, find, format = redis.call, string.match, string.find, string.format
local floor, fmod = math.floor, math.fmod

-- Doubles count whole numbers exactly below 2^53; every amount and every sum stays there.
local TOO_MUCH = 9007199254740992

-- The order of money/units.ts: unit u has its spent at 2u - 1 and its held at 2u of an account.
local UNIT = { credits = 1, usd = 2, tokens = 3, calls = 4 }
local ACCOUNT = '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S*)(.*)$'

-- The caller sent what no caller may send.
local function bad(what, found, expected)
  local shown = found == nil and 'nothing' or '"' .. string.sub(tostring(found), 1, 64) .. '"'
  error({ err = 'BADINPUT ' .. what .. ': found ' .. shown .. ', expected ' .. expected })
end

-- The store holds what no script writes.
local function corrupt(what, found)
  error({ err = 'BADSTATE ' .. what .. ': found "' .. string.sub(tostring(found), 1, 64) .. '"' })
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

-- %d is several times faster, but only where C's long has 64 bits.
local WHOLE = format('%d', TOO_MUCH - 1) == '9007199254740991' and '%d' or '%.0f'

local function text(n)
  return format(WHOLE, n)
end

-- "1000000,,,1000000" as an amount or nil for each unit.
local function vector(value, what)
  local a, b, c, d = match(value or '', '^(%d*),(%d*),(%d*),(%d*)$')
  if not a then bad(what, value, 'four amounts, empty where unknown, joined by commas') end
  return {
    a ~= '' and amount(a, what) or nil,
    b ~= '' and amount(b, what) or nil,
    c ~= '' and amount(c, what) or nil,
    d ~= '' and amount(d, what) or nil,
  }
end

local function vectorText(v)
  return (v[1] and text(v[1]) or '') .. ',' .. (v[2] and text(v[2]) or '') .. ','
    .. (v[3] and text(v[3]) or '') .. ',' .. (v[4] and text(v[4]) or '')
end

-- A reservation's own part of its id, or a root's id.
local function hexId(value)
  if not value or #value ~= 32 or find(value, '[^0-9a-f]') then
    bad('id', value, '32 lowercase hex digits')
  end
  return value
end

-- "credits=1000000;calls=5000000;", each handed to `each(unit, amount)`. A window or a carve-out
-- has another spelling, and is refused here rather than read as a limit for life.
local function limits(value, each)
  local at, stop = 1, #value
  while at <= stop do
    local name, digits, after = match(value, '^(%l+)=(%d+);()', at)
    local unit = name and UNIT[name]
    if not unit then bad('limits', value, 'UNIT=MICROS; for each limit') end
    each(unit, amount(digits, 'limit'))
    at = after
  end
end

-- The time that decides: the store's own, never before one that already decided for this root.
-- nil when it is past the latest that the gateway can believe.
local function instant(stored, latest)
  local time = call('TIME')
  local ms = time[1] * 1000 + floor(time[2] / 1000)
  if ms > latest then return nil end
  return ms > stored and ms or stored
end

local function readMeta(value)
  local clock, accounts, open, seq, rest = match(value, '^(%d+) (%d+) (%d+) (%d+)(.*)$')
  if not clock then corrupt('meta', value) end
  return {
    clock = tonumber(clock),
    accounts = tonumber(accounts),
    open = tonumber(open),
    seq = tonumber(seq),
    rest = rest,
  }
end

local META = WHOLE .. ' ' .. WHOLE .. ' ' .. WHOLE .. ' ' .. WHOLE .. '%s'

-- Counts one more change of this root, and writes its meta.
local function changed(meta)
  meta.seq = meta.seq + 1
  return format(META, meta.clock, meta.accounts, meta.open, meta.seq, meta.rest)
end

-- Eight counters, the limits last seen and the rest, all still text: what does not change is
-- written back as it was read.
local function readAccount(value)
  local account = { match(value, ACCOUNT) }
  if not account[10] then corrupt('account', value) end
  return account
end

local function accountText(account)
  return table.concat(account, ' ', 1, 9) .. account[10]
end
