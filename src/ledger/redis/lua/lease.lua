-- Who drains a tenant's journal: grants the lease, renews it, or takes it back. Allowed out of memory,
-- since draining is what frees it.
--
-- KEYS[1] the tenant's head
-- ARGV[1] the holder
-- ARGV[2] for how long from now, ms; 0 to give it up
--
-- Returns { "granted", NUMBER, HASH } of the head, { "given_up" }, or { "taken", until when }.

local LONGEST = 300000

redis.register_function({
  function_name = PREFIX .. 'lease',
  callback = function(keys, args)
    prepare()
    local holder, ttl = holderName(args[1]), whole(args[2], 'ttl')
    if ttl > LONGEST or ttl > 0 and ttl < 1000 then bad('ttl', args[2], '0, or 1000 to 300000') end
    local now = instant(TOO_MUCH)
    local stored = call('HMGET', keys[1], 'd', 'h', 'l')
    local other, untilMs = match(stored[3] or '', '^(%S+) (%d+)$')
    untilMs = tonumber(untilMs or '0')
    -- One that seems to last longer than any may was given before the clock was put back.
    if other and other ~= holder and untilMs > now and untilMs <= now + LONGEST then
      return { 'taken', text(untilMs) }
    end
    if ttl == 0 then
      call('HDEL', keys[1], 'l')
      return { 'given_up' }
    end
    call('HSET', keys[1], 'l', holder .. ' ' .. text(now + ttl))
    return { 'granted', stored[1] or '0', stored[2] or '' }
  end,
  flags = { 'allow-oom' },
})
