-- Says how far a tenant's journal has been drained. That no two drainers fork the chain rests on this
-- alone: the head moves only from where its mover knows it to be.
--
-- KEYS[1] the tenant's head
-- ARGV[1] the holder of the lease
-- ARGV[2] from where: "NUMBER HASH", the hash of 64 hex digits, or "0 " for the beginning
-- ARGV[3] to where, likewise
--
-- Returns "moved", "not_holder", "head_moved" or "past_end".

local function place(value)
  local number, hash = match(value or '', '^(%d+) (%x*)$')
  if not number or find(hash, '%u') or #hash ~= (number == '0' and 0 or 64) then
    bad('head', value, 'NUMBER HASH')
  end
  return { number = amount(number, 'head'), hash = hash }
end

redis.register_function({
  function_name = PREFIX .. 'move_head',
  callback = function(keys, args)
    prepare()
    local holder, from, to = holderName(args[1]), place(args[2]), place(args[3])
    if to.number <= from.number then bad('head', args[3], 'a number after the first') end
    local stored = call('HMGET', keys[1], 'n', 'd', 'h', 'l')
    local number, hash = tonumber(stored[2] or '0'), stored[3] or ''
    if match(stored[4] or '', '^%S+') ~= holder then return 'not_holder' end
    if number == to.number and hash == to.hash then return 'moved' end
    if number ~= from.number or hash ~= from.hash then return 'head_moved' end
    if to.number > tonumber(stored[1] or '0') then return 'past_end' end
    call('HSET', keys[1], 'd', text(to.number), 'h', to.hash)
    return 'moved'
  end,
  flags = { 'allow-oom' },
})
