-- Closes a tenant for a recovery, and ends it in a new epoch, in which every gateway registers anew.
--
-- KEYS[1] the tenant's head
-- KEYS[2] the tenant's journal
-- KEYS[3] the tenant's roots
-- KEYS[4] the tenant's holds and carve-outs by the time they are due
-- ARGV[1] "close", or "open"
-- ARGV[2] the epoch that the recovery begins in, or ends in
-- ARGV[3] the number of the last entry that was drained, and is safe in files
-- ARGV[4] its hash, or "-" where there is none
--
-- Returns the epoch.

redis.register_function({
  function_name = PREFIX .. 'reopen',
  callback = function(keys, args)
    prepare()
    local key, step, epoch = keys[1], args[1], whole(args[2], 'epoch')
    local drained, hash = whole(args[3], 'drained'), args[4] or '-'
    if hash ~= '-' and (#hash ~= 64 or find(hash, '[^0-9a-f]')) then bad('hash', hash, '64 hex digits') end
    local head = readHead(key)
    if step == 'close' then
      lose(key, head, 'a recovery is under way, or was broken off')
      if not head.e then call('HSET', key, 'e', text(epoch)) end
      -- What is told from here on is numbered after all that was ever drained.
      if hash ~= '-' and tonumber(head.n or '0') < drained then
        call('DEL', keys[2])
        call('HSET', key, 'n', text(drained), 't', text(drained), 'd', text(drained), 'h', hash)
      end
      call('HDEL', key, 'l')
      tenant.recount(key, keys[3], keys[4], keys[2])
    elseif step == 'open' then
      if head.o ~= '-' then bad('step', step, 'close before it') end
      for field in pairs(head) do
        if find(field, '^[gd]:') then call('HDEL', key, field) end
      end
      call('HDEL', key, 'x')
      tenant.recount(key, keys[3], keys[4], keys[2])
      call('HSET', key, 'e', text(epoch), 'o', 'recovered')
    else
      bad('step', step, 'close or open')
    end
    return text(epoch)
  end,
  flags = { 'allow-oom' },
})
