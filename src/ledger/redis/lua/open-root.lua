-- Makes a root account, once. KEYS[1] to KEYS[6] and ARGV[1] as in root.lua.
--
-- KEYS[7] the tenant's roots
-- ARGV[2] genesis: "KID EXPIRES LIMITS JSON" (see keys.ts)
--
-- Returns { "SEQ NONCE TIME CALL", "opened", "replayed" or "root_conflict" }.

register('open_root', {}, function()
  checkGenesis(ARGV[2])
  hexId(rootId)

  local stored = call('HMGET', KEYS[1], 'g', 'm')
  if openRecord(stored[1], stored[2]) then
    return { standing(), genesis == ARGV[2] and 'replayed' or 'root_conflict' }
  end

  -- One that is listed was here: it does not begin anew.
  if call('ZSCORE', KEYS[7], rootId) then
    error({ err = 'STATELOST root ' .. rootId .. ': found no such root, expected the one in the list of roots' })
  end
  now = instant(latest) or 0
  meta = { clock = now, seq = -1, rest = '', revoked = 0 }
  change('opened', ARGV[2])
  commit()
  call('HSET', KEYS[1], 'g', ARGV[2])
  tenant.listRoot()
  return { standing(), 'opened' }
end)
