-- Refuses names in a tenant; the oldest go. Allowed out of memory, since it forbids something.
--
-- KEYS[1] the tenant's refused names, by the order in which they came
-- ARGV[1…] names
--
-- Returns "refused".

local MOST = 1000

redis.register_function({
  function_name = PREFIX .. 'refuse',
  callback = function(keys, args)
    prepare()
    local newest, ordered = call('ZRANGE', keys[1], -1, -1, 'WITHSCORES')[2], {}
    for i = 1, #args do pair(ordered, text((newest or 0) + i), args[i]) end
    call('ZADD', keys[1], 'NX', unpack(ordered))
    call('ZREMRANGEBYRANK', keys[1], 0, -MOST - 1)
    return 'refused'
  end,
  flags = { 'allow-oom' },
})
