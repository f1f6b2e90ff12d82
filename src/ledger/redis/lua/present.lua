-- A gateway shows what it knows of a tenant, and registers there.
--
-- KEYS[1] the tenant's head
-- KEYS[2] the tenant's roots
-- KEYS[3] the tenant's holds and carve-outs by the time they are due
-- KEYS[4] the tenant's journal
-- KEYS[5…] records of roots
-- ARGV[1] the gateway's name
-- ARGV[2] the epoch in which it is registered here, or "-". Behind it, what it last saw of the tenant:
--         "EPOCH REGISTRATIONS N:NONCE"
-- ARGV[3] "look": is anything to be presented?  "more": these marks, and more will follow.
--         "last": these are the last, and it registers
-- ARGV[4] which call it is: 16 hex digits, which the answer repeats
-- ARGV[5…] its mark of each of the records: "SEQ:NONCE"
--
-- Returns { the call, what, epoch, detail, the number of the journal's last entry, and that of
-- the last one that was drained, the tenant's version, how many registrations there were, whether this
-- was one: "new" or "known" }:
--   "open"       nothing is missing that any gateway knows of
--   "present"    its marks are to be presented; "more" is answered so too
--   "waiting"    its marks fit; detail: the gateways that have not presented theirs
--   "recovered"  the tenant was recovered since: what it knows is of an epoch that has ended
--   "lost"       detail: what was found, and what was expected

-- Why a gateway that is registered can't be a stranger here, or nil.
local function strangeness(head, name, known)
  local epoch = tonumber(head.e or '0')
  if epoch < known then
    return 'found ' .. (head.e and 'epoch ' .. head.e or 'no registered gateway') .. ', expected epoch '
      .. text(known)
  end
  if not head['g:' .. name] and not head['d:' .. name] then
    return 'found no gateway ' .. name .. ', expected it registered'
  end
end

-- How many there are of what the head counts, or nil where they are as many.
local function miscounted(key, what, expected)
  local found, counted = call('ZCARD', key), tonumber(expected or '0')
  if found ~= counted then
    return what .. ': found ' .. text(found) .. ', expected ' .. text(counted)
  end
end

-- Why the journal can't be all that it was, or nil: it goes on from what left it, up to its last entry.
local function journalMissing(key, head)
  local last, gone = tonumber(head.n or '0'), tonumber(head.t or '0')
  local first, newest = gone + 1, gone
  local item = call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
  if item then
    first = tonumber(match(item[1], '^%d+'))
    local its = call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
    newest = tonumber(match(its[1], '^%d+')) + its[2][4] - 1
  end
  if first > gone + 1 or newest ~= last then
    return 'the journal: found ' .. (item and text(first) .. ' to ' .. text(newest) or 'no entry') .. ', expected '
      .. text(gone + 1) .. ' to ' .. text(last)
  end
end

-- What of the tenant's own keys is gone, or behind what a gateway saw, or nil.
local function tenantMissing(keys, head, registrations, seen)
  local found = tonumber(head.q or '0')
  if found < registrations then
    return 'registrations: found ' .. text(found) .. ', expected ' .. text(registrations) .. ' or more'
  end
  return seen and tenant.missing(seen, head.n, head.v or ' ', keys[4], head.t)
    or miscounted(keys[2], 'the list of roots', head.r)
    or miscounted(keys[3], 'the list of what is due', head.c)
    or journalMissing(keys[4], head)
end

-- What is missing behind a gateway's marks, or nil.
local function missing(keys, args)
  for i = 5, #keys do
    local seq, nonce = match(args[i] or '', '^(%d+):(%x+)$')
    if not seq then bad('mark', args[i], 'SEQ:NONCE') end
    local meta = call('HGET', keys[i], 'm')
    local found, last
    if meta then found, last = match(meta, '^%d+ (%d+) (%x+)') end
    if not found or tonumber(found) < amount(seq, 'mark') or (found == seq and last ~= nonce) then
      return 'root ' .. sub(keys[i], -32) .. ': found ' .. (found and found .. ':' .. last or 'no such root')
        .. ', expected ' .. seq .. ':' .. nonce .. ' or later'
    end
  end
end

redis.register_function({
  function_name = PREFIX .. 'present',
  callback = function(keys, args)
    prepare()
    local key, name, step, this = keys[1], gatewayName(args[1]), args[3], args[4]
    local epoch, times, seen = match(args[2] or '', '^(%S+) (%d+) (%d+:%S+)$')
    epoch = epoch or args[2]
    local known = epoch ~= '-' and whole(epoch, 'epoch')
    if step ~= 'look' and step ~= 'more' and step ~= 'last' then
      bad('step', step, 'look, more or last')
    end
    local head = readHead(key)
    local own, field = head['g:' .. name], 'g:' .. name
    if known and tonumber(head.e or '0') > known then return { this, 'recovered', head.e, '' } end
    local why = known and strangeness(head, name, known) or missing(keys, args)
      or tenantMissing(keys, head, tonumber(times or '0'), seen)
    if why and not head.x then
      if not head.e then call('HSET', key, 'e', text(known or 1)) end
      lose(key, head, 'gateway ' .. name .. ': ' .. why)
    end
    if head.x then
      -- Whoever recovers it must know whom to ask.
      if known and not own then call('HSET', key, field, '- ' .. timeText()) end
      return { this, 'lost', head.e or text(known or 1), head.x }
    end
    if step == 'more' then return { this, 'present', head.e or '1', '' } end
    if step == 'look' then
      if not own or match(own, '^%S+') ~= storeIdentity() then return { this, 'present', head.e or '1', '' } end
    else
      head[field], head.e = storeIdentity() .. ' ' .. timeText(), head.e or '1'
      call('HSET', key, field, head[field], 'e', head.e)
      call('HDEL', key, 'd:' .. name)
    end
    local what, detail = openIfComplete(key, head)
    return { this, what, head.e, detail, head.n or '0', head.d or '0',
      match(head.v or '', '^ (%S+)') or '0:-', head.q or '0', step == 'last' and not own and 'new' or 'known' }
  end,
  flags = { 'allow-oom' },
})
