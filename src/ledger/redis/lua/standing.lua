-- How a tenant stands behind the fence: for whoever looks at it.
--
-- KEYS[1] the tenant's head
--
-- Returns { the identity of this store, and all of the head, each field before its value }

redis.register_function({
  function_name = PREFIX .. 'standing',
  callback = function(keys)
    prepare()
    return { storeIdentity(), unpack(call('HGETALL', keys[1])) }
  end,
  flags = { 'no-writes' },
})
