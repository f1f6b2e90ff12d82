-- Puts another journal in the place of a tenant's, while it is closed for a recovery: one that goes on from
-- what was drained, without a gap, and of which all can be read. What is told then is numbered after it.
--
-- KEYS[1] the tenant's head
-- KEYS[2] the tenant's journal
-- KEYS[3] the one to take its place; where there is none, nothing is left in the store
-- ARGV[1] the recovery's token
-- ARGV[2] "LAST DRAINED HASH BEFORE": the number of the last entry, and of the last that was drained, with its
--         hash, or "-" for none; and of the last that was drained of the one that is there
--
-- Returns the number of the last entry.

redis.register_function({
  function_name = PREFIX .. 'mend',
  callback = function(keys, args)
    prepare()
    local key, last, drained, hash, before = keys[1], match(args[2] or '', '^(%d+) (%d+) (%S+) (%d+)$')
    if not last then bad('journal', args[2], 'LAST DRAINED HASH BEFORE') end
    if hash ~= '-' and (#hash ~= 64 or find(hash, '[^0-9a-f]')) then bad('hash', hash, '64 hex digits') end
    if amount(drained, 'drained') > amount(last, 'last') then bad('drained', drained, 'none after the last') end
    if (drained == '0') ~= (hash == '-') then bad('hash', hash, 'one where anything was drained') end
    tenant.requireRecovery(key, tenant.token(args[1]))
    if (call('HGET', key, 'd') or '0') ~= before then
      error({ err = 'CLOSED the journal was drained meanwhile: run the recovery again' })
    end
    if last == drained then
      call('DEL', keys[2])
    elseif call('EXISTS', keys[3]) == 1 then
      call('RENAME', keys[3], keys[2])
      call('PERSIST', keys[2])
    else
      bad('journal', keys[3], 'the one to take its place')
    end
    call('HSET', key, 'n', last, 't', drained, 'd', drained)
    if hash == '-' then call('HDEL', key, 'h') else call('HSET', key, 'h', hash) end
    -- Nobody's last look at it is of this one.
    call('HDEL', key, 'v')
    return last
  end,
  flags = { 'allow-oom' },
})
