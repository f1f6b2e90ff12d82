-- An operator does not wait for a gateway any more: what only it saw acknowledged may be lost.
--
-- KEYS[1] the tenant's head
-- ARGV[1] the gateway's name
--
-- Returns { "dropped" or "unknown", what the tenant is then (see present.lua), detail }

redis.register_function({
  function_name = PREFIX .. 'drop',
  callback = function(keys, args)
    prepare()
    local field, head = 'g:' .. gatewayName(args[1]), readHead(keys[1])
    local known = head[field]
    if known then
      head[field] = nil
      call('HDEL', keys[1], field)
      call('HSET', keys[1], 'd:' .. args[1], timeText())
    end
    -- Nor for replicas that may have been taken away as well.
    call('HDEL', keys[1], 'w')
    local what, detail = 'open', ''
    if head.e then what, detail = openIfComplete(keys[1], head) end
    return { known and 'dropped' or 'unknown', what, detail }
  end,
  flags = { 'allow-oom' },
})
