-- What is due in a tenant: open holds past their deadline, carve-outs past their end, and finished
-- holds and top-ups kept long enough. It has no root, and so none of root.lua's arguments.
--
-- KEYS[1] the tenant's holds and carve-outs by the time they are due
-- ARGV[1] the latest time that the gateway believes, ms
-- ARGV[2] at most so many
--
-- Returns "ROOTID.MEMBER" for each, the longest due first; none by a clock that is not believed.

redis.register_function({
  function_name = PREFIX .. 'due',
  callback = function(keys, args)
    prepare()
    local most = whole(args[2], 'most')
    local upTo = instant(whole(args[1], 'latest'))
    if not upTo then return {} end
    return call('ZRANGE', keys[1], '-inf', text(upTo), 'BYSCORE', 'LIMIT', 0, most)
  end,
  flags = { 'no-writes' },
})
