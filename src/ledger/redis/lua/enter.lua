-- Gives a call with unknown names a place among those under way in its root, if none of them is refused
-- and there is a place left. Of a root that is full, those leave whose call is over.
--
-- KEYS[1] the root's places, by the time at which each was entered
-- KEYS[2] the tenant's refused names
-- KEYS[3] the root's record
-- ARGV[1] the reservation's own 32 hex digits
-- ARGV[2] how many may be under way
-- ARGV[3…] the names
--
-- Returns { "entered" }, { "full" }, or { "refused", the places of the names that are, counted from 1 … }.

-- How long a place lasts before its hold is made; and at most, with the longest hold: a day more. In ms.
local WITHOUT_HOLD, LIFE = 60000, 86460000

-- The hold says whether a call is over. Where there is none, it has so long to make one; and one that
-- entered long after now did so before the clock was put back.
local function isUnderWay(entered, value, now)
  if value then
    local hold = readHold(value)
    return hold.state == 'o' and now < hold.due
  end
  return entered - WITHOUT_HOLD < now and now < entered + WITHOUT_HOLD
end

-- Answers how many stay.
local function leaveOver(keys, now)
  local places = call('ZRANGE', keys[1], 0, -1, 'WITHSCORES')
  local fields, over = {}, {}
  for i = 1, #places, 2 do fields[#fields + 1] = 'h:' .. places[i] end
  local values = call('HMGET', keys[3], unpack(fields))
  for i = 1, #fields do
    local id, entered = places[2 * i - 1], tonumber(places[2 * i])
    if not isUnderWay(entered, values[i], now) then over[#over + 1] = id end
  end
  if #over > 0 then call('ZREM', keys[1], unpack(over)) end
  return #fields - #over
end

redis.register_function({
  function_name = PREFIX .. 'enter',
  callback = function(keys, args)
    prepare()
    local id, most = hexId(args[1]), whole(args[2], 'most')
    if most < 1 or most > 1024 then bad('most', args[2], '1 to 1024') end
    local refused, since = { 'refused' }, call('ZMSCORE', keys[2], unpack(args, 3))
    for i = 1, #since do
      if since[i] then refused[#refused + 1] = text(i) end
    end
    if #refused > 1 then return refused end
    local now = instant(TOO_MUCH)
    local isFull = call('ZCARD', keys[1]) >= most and not call('ZSCORE', keys[1], id)
    if isFull and leaveOver(keys, now) >= most then return { 'full' } end
    call('ZADD', keys[1], text(now), id)
    call('PEXPIRE', keys[1], LIFE)
    return { 'entered' }
  end,
})
