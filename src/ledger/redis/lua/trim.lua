-- Lets the oldest entries of a tenant's journal go: whole items of the stream, so that one with a
-- later entry stays, and nothing that is not drained yet goes. Of a long journal a part goes with each call.
--
-- KEYS[1] the tenant's journal
-- KEYS[2] the tenant's head
-- ARGV[1] the number of the last entry that may go
--
-- Returns the number up to which they are gone now.

-- Far more than one item has: each call gets on.
local TRIMMED_AT_ONCE = 50000

redis.register_function({
  function_name = PREFIX .. 'trim',
  callback = function(keys, args)
    prepare()
    local through = whole(args[1], 'through')
    local head = call('HMGET', keys[2], 'd', 't')
    local drained, gone = tonumber(head[1] or '0'), tonumber(head[2] or '0')
    through = min(through, drained, gone + TRIMMED_AT_ONCE)
    if through <= gone then return text(gone) end
    -- The item that has the last entry to go: it stays where it has a later one too.
    local item = call('XREVRANGE', keys[1], text(through), '-', 'COUNT', 1)[1]
    local first = through + 1
    if item then
      local begins = tonumber(match(item[1], '^%d+'))
      local count = tonumber(item[2][4])
      if begins + count - 1 > through then first = begins end
    end
    if first - 1 <= gone then return text(gone) end
    call('XTRIM', keys[1], 'MINID', text(first) .. '-0')
    call('HSET', keys[2], 't', text(first - 1))
    return text(first - 1)
  end,
  flags = { 'allow-oom' },
})
