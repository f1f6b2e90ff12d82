-- Closes a tenant for a recovery, and ends it in a new epoch, in which every gateway registers anew.
--
-- KEYS[1] the tenant's head
-- KEYS[2] the tenant's journal
-- KEYS[3] the tenant's roots
-- KEYS[4] the tenant's holds and carve-outs by the time they are due
-- ARGV[1] "close", or "open"
-- ARGV[2] the epoch that the recovery begins in, or ends in
-- ARGV[3] the recovery's token: 16 hex digits. A recovery that closes the tenant takes over from any before it
--
-- Returns the epoch: of "close" the greater one of this and the head's, after which the recovery's own is.

redis.register_function({
  function_name = PREFIX .. 'reopen',
  callback = function(keys, args)
    prepare()
    local key, step, epoch = keys[1], args[1], whole(args[2], 'epoch')
    local head = readHead(key)
    tenant.token(args[3])
    if step == 'close' then
      lose(key, head, 'a recovery is under way, or was broken off')
      call('HSET', key, 'k', args[3])
      if not head.e then call('HSET', key, 'e', text(epoch)) end
      call('HDEL', key, 'l')
      epoch = max(epoch, tonumber(head.e or '0'))
    elseif step == 'open' then
      tenant.requireRecovery(key, args[3])
      for field in pairs(head) do
        if find(field, '^[gd]:') then call('HDEL', key, field) end
      end
      call('HDEL', key, 'x', 'k')
      tenant.recount(key, keys[3], keys[4], keys[2])
      call('HSET', key, 'e', text(epoch), 'o', 'recovered')
    else
      bad('step', step, 'close or open')
    end
    return text(epoch)
  end,
  flags = { 'allow-oom' },
})
