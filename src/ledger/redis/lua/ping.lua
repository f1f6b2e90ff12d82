-- Writes nothing, but as it is not marked as a reader the store runs it only where it would take a
-- write: not as a replica, not while loading, not when out of memory or unable to save.
--
-- Returns "ready".

redis.register_function({
  function_name = PREFIX .. 'ping',
  callback = function() return 'ready' end,
})
