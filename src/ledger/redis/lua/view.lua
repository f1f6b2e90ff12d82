-- Reads accounts of one root as they are at one moment.
--
-- KEYS[1] the root's record
-- ARGV[1] the latest time that the gateway believes, ms
-- ARGV[2…] the accounts' fields
--
-- Returns { the time that would decide, "CLOCK…" (the meta), genesis, each account's text or false },
--   or { } where the ledger has no such root

redis.register_function({
  function_name = PREFIX .. 'view',
  callback = function(keys, args)
    prepare()
    local fields = { 'g', 'm' }
    for i = 2, #args do fields[i + 1] = args[i] end
    local stored = call('HMGET', keys[1], unpack(fields))
    if not stored[1] or not stored[2] then return {} end
    local clock = tonumber(match(stored[2], '^%d+') or corrupt('meta', stored[2]))
    local answer = { text(instant(whole(args[1], 'latest'), clock) or clock), stored[2], stored[1] }
    for i = 3, #fields do answer[i + 1] = stored[i] end
    return answer
  end,
  flags = { 'no-writes' },
})
