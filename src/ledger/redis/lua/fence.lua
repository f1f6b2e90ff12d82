-- Shared by every function that changes a tenant: the fence against a store that is not what it was
-- (DESIGN §3, rule 8). The tenant's head, a hash, has beside the journal's numbers
--   o       the identity of the store for which the tenant is open; "-" while nobody may change it.
--           Not there in a tenant that no gateway has registered in
--   e       its epoch: 1, and one more with each recovery
--   x       why it is closed for good, until a recovery
--   g:NAME  a registered gateway: "IDENTITY TIME", where it last presented its marks and when, or
--           "- TIME" where they did not fit
--   d:NAME  one that an operator has dropped: when

-- Which process this is, and which history of writes it is in. Read once: a process that starts, or
-- is given another primary's data, loads this library anew.
local identity

local function storeIdentity()
  if not identity then
    local run = match(call('INFO', 'server'), 'run_id:(%x+)')
    local history = match(call('INFO', 'replication'), 'master_replid:(%x+)')
    if not run or not history then corrupt('INFO', 'no run_id or master_replid') end
    identity = run .. '.' .. history
  end
  return identity
end

local function readHead(key)
  local flat, head = call('HGETALL', key), {}
  for i = 1, #flat, 2 do head[flat[i]] = flat[i + 1] end
  return head
end

-- Nothing is changed here until all gateways agree that nothing is missing; or only by a recovery, where
-- the tenant is closed for it.
local function checkFence(key, recovers)
  local open = call('HGET', key, 'o')
  if recovers then
    if open == '-' then return end
    error({ err = 'CLOSED no recovery is under way' })
  end
  if not open or open == storeIdentity() then return end
  error({ err = 'CLOSED ' .. (call('HGET', key, 'x')
    or 'it waits for the marks of every gateway, since the store is another one than before') })
end

-- Closes a tenant until it is recovered.
local function lose(key, head, why)
  head.x, head.o = why, '-'
  call('HSET', key, 'x', why, 'o', '-')
end

-- Opens a tenant whose gateways have all presented their marks to this store. Answers what it is then,
-- and of a tenant that waits, for whom.
local function openIfComplete(key, head)
  if head.x then return 'lost', head.x end
  local missing = {}
  for field, value in pairs(head) do
    if sub(field, 1, 2) == 'g:' and match(value, '^%S+') ~= storeIdentity() then
      missing[#missing + 1] = sub(field, 3)
    end
  end
  if #missing == 0 then
    if head.o ~= storeIdentity() then call('HSET', key, 'o', storeIdentity()) end
    return 'open', ''
  end
  table.sort(missing)
  return 'waiting', concat(missing, ' ')
end

local function timeText()
  local time = call('TIME')
  return text(time[1] * 1000 + floor(time[2] / 1000))
end

local function gatewayName(value)
  if not find(value or '', '^[a-z0-9][a-z0-9.-]*$') or #value > 64 then
    bad('gateway', value, '1 to 64 of a-z 0-9 . -')
  end
  return value
end
