-- What is known of stored responses and their items.
--
-- KEYS[1] the root's responses
-- ARGV[1…] their ids
--
-- Returns "TOKENS LEAF MODEL" for each as remember.lua was told, or "-".

-- 30 days in ms.
local LIFE = 2592000000

redis.register_function({
  function_name = PREFIX .. 'recall',
  callback = function(keys, args)
    prepare()
    local since, found = instant(TOO_MUCH) - LIFE, call('HMGET', keys[1], unpack(args))
    for i = 1, #args do
      local made, its = match(found[i] or '', '^(%d+) (.+)$')
      found[i] = made and tonumber(made) > since and its or '-'
    end
    return found
  end,
  flags = { 'no-writes' },
})
