-- Keeps what a stored response used, under its id and those of its items, and lets the oldest go. It has no
-- root's record, and so none of root.lua's arguments.
--
-- KEYS[1] the root's responses
-- KEYS[2] their ids, by the order in which they came
-- ARGV[1] "TOKENS LEAF MODEL": what it used, the account that made it, and JSON as a URL writes it
-- ARGV[2…] the ids, at most 64
--
-- Returns "kept".

-- 30 days in ms.
local LIFE, MOST = 2592000000, 10000
-- So many of those that are too old leave with one call: more than one adds.
local OLD_AT_ONCE = 128

local function forget(keys, ids)
  if #ids == 0 then return end
  call('HDEL', keys[1], unpack(ids))
  call('ZREM', keys[2], unpack(ids))
end

redis.register_function({
  function_name = PREFIX .. 'remember',
  callback = function(keys, args)
    prepare()
    local its = args[1]
    if not find(its or '', '^%d+ a:%S* %S+$') then bad('response', its, 'TOKENS LEAF MODEL') end
    if #args < 2 or #args > 65 then bad('ids', text(#args - 1), '1 to 64') end
    local now = instant(TOO_MUCH)
    -- A thousand to the millisecond, and each after the one before it, whatever the clock does.
    local newest = call('ZRANGE', keys[2], -1, -1, 'WITHSCORES')[2]
    local order = max(now * 1000, newest or 0)
    local kept, ordered = {}, {}
    for i = 2, #args do
      pair(kept, args[i], text(now) .. ' ' .. its)
      pair(ordered, text(order + i), args[i])
    end
    call('HSET', keys[1], unpack(kept))
    call('ZADD', keys[2], unpack(ordered))
    local old = text((now - LIFE) * 1000)
    forget(keys, call('ZRANGE', keys[2], '-inf', old, 'BYSCORE', 'LIMIT', 0, OLD_AT_ONCE))
    local over = call('ZCARD', keys[2]) - MOST
    if over > 0 then forget(keys, call('ZRANGE', keys[2], 0, over - 1)) end
    call('PEXPIRE', keys[1], LIFE)
    call('PEXPIRE', keys[2], LIFE)
    return 'kept'
  end,
})
