-- Shared by every function that changes a tenant: the fence against a store that is not what it was
-- (DESIGN §3, rule 8). The tenant's head, a hash, has beside the journal's numbers
--   o       the identity of the store for which the tenant is open; "-" while nobody may change it.
--           Not there in a tenant that no gateway has registered in
--   e       its epoch: 1, and one more with each recovery
--   x       why it is closed for good, until a recovery
--   g:NAME  a registered gateway: "IDENTITY TIME", where it last presented its marks and when, or
--           "- TIME" where they did not fit
--   d:NAME  one that an operator has dropped: when
--   q       how many gateways have registered in this epoch, and went on to change something
--   v       the tenant's last versions, the newest first, " N:NONCE" each: the number of the journal's last
--           entry behind a call that changed a root, and that call's 16 hex digits
--   w       which history of writes had how many replicas, when a gateway last registered (registrations.ts)
--   k       the token of the recovery that is under way
--   s       the shortest time for which a hold that had ended was ever kept, in ms
--   c       how many members there are in the list of what is due; r, how many roots

-- Which process this is, and which history of writes it is in. Read once: a process that starts, or
-- is given another primary's data, loads this library anew.
local storeIdentity
do
local identity

function storeIdentity()
  if not identity then
    local run = match(call('INFO', 'server'), 'run_id:(%x+)')
    local history = match(call('INFO', 'replication'), 'master_replid:(%x+)')
    if not run or not history then corrupt('INFO', 'no run_id or master_replid') end
    identity = run .. '.' .. history
  end
  return identity
end
end

local function readHead(key)
  local flat, head = call('HGETALL', key), {}
  for i = 1, #flat, 2 do head[flat[i]] = flat[i + 1] end
  return head
end

-- Closes a tenant until it is recovered.
local function lose(key, head, why)
  head.x, head.o = why, '-'
  call('HSET', key, 'x', why, 'o', '-')
end

-- The tenant's head as this call found it, and leaves it; and what is done with that. (One local, since a
-- library may have 200.)
local tenant = {}
do

-- The same for whoever finds it on the way of a call: nobody else may be admitted on what is left.
function tenant.lose(key, why)
  call('HSET', key, 'x', why, 'o', '-')
  call('HSETNX', key, 'e', '1')
  error({ err = 'STATELOST ' .. why })
end

function tenant.token(value)
  if #(value or '') ~= 16 or find(value, '[^0-9a-f]') then bad('token', value, '16 hex digits') end
  return value
end

-- Two recoveries with different folders know different things: only the last that was begun goes on.
function tenant.requireRecovery(key, token)
  local its = call('HMGET', key, 'o', 'k')
  if its[1] ~= '-' or not its[2] then error({ err = 'CLOSED no recovery is under way' }) end
  if its[2] ~= token then
    error({ err = 'CLOSED another recovery has taken over since: found its token in the head, expected that of '
      .. 'this one. Wait for it to end, or run this one again' })
  end
end

-- So many bytes of the last versions are at hand, some ten; those before them are in the journal.
local VERSIONS = 240

-- The number of the last entry, and what its call was, of the journal's item that ends there.
local function versionAt(journal, number)
  local item = call('XREVRANGE', journal, text(number), '-', 'COUNT', 1)[1]
  local first = item and tonumber(match(item[1], '^%d+'))
  return first and item[2][8] and text(first + item[2][4] - 1) .. ':' .. item[2][8]
end

-- What is missing of a tenant that was once in the version `seen`, "N:NONCE", or nil. A store that went
-- back, and then another way past that, does not have that version among its own.
function tenant.missing(seen, last, versions, journal, trimmed)
  if seen == '0:-' or find(versions, ' ' .. seen .. ' ', 1, true) then return nil end
  local found = match(versions, '^ (%S+)') or 'none'
  local number, newest = tonumber(match(seen, '^%d+')), tonumber(last or '0')
  if number <= newest then
    -- Of one that left the journal nobody can tell.
    if number <= tonumber(trimmed or '0') then return nil end
    local oldest = tonumber(match(versions, '(%d+):%x+ $') or '0')
    if number < oldest and versionAt(journal, number) == seen then return nil end
    found = found .. ' that did not come from it'
  end
  return 'the tenant\'s version: found ' .. found .. ', expected ' .. seen .. ' or later'
end

-- Nothing is changed here until all gateways agree that nothing is missing; or only by a recovery, where
-- the tenant is closed for it. `seen` is what this gateway last saw of the tenant, "EPOCH:N:NONCE", or nil.
function tenant.check(key, journal, recovers, seen)
  local its = call('HMGET', key, 'o', 'n', 'v', 'c', 'e', 't', 's')
  local open = its[1]
  tenant.last, tenant.versions, tenant.due = its[2], its[3] or ' ', its[4]
  tenant.shortest = tonumber(its[7] or '')
  if recovers then
    if open == '-' then return end
    error({ err = 'CLOSED no recovery is under way' })
  end
  if open and open ~= storeIdentity() then
    error({ err = 'CLOSED ' .. (call('HGET', key, 'x')
      or 'it waits for the marks of every gateway, since the store is another one than before') })
  end
  if not seen then return end
  local epoch, version = match(seen, '^(%d+):(%d+:%S+)$')
  if not epoch then bad('version', seen, 'EPOCH:N:NONCE') end
  if its[5] ~= epoch then
    local found = tonumber(its[5] or '0')
    if found > amount(epoch, 'epoch') then error({ err = 'CLOSED it was recovered meanwhile' }) end
    tenant.lose(key, 'found ' .. (its[5] and 'epoch ' .. its[5] or 'no head') .. ', expected epoch ' .. epoch)
  end
  local why = tenant.missing(version, its[2], tenant.versions, journal, its[6])
  if why then tenant.lose(key, why) end
end

-- What the head has of the tenant after a call that told so many entries, and changed by so much how many
-- members the list of what is due has. Answers the number of the first entry.
function tenant.advance(key, changes, nonce, due)
  local first = (tenant.last or 0) + 1
  local last, count = text(first + changes - 1), (tenant.due or 0) + due
  local versions = ' ' .. last .. ':' .. nonce .. tenant.versions
  if #versions > VERSIONS then versions = match(versions, '^( .+ )%S+ $') end
  tenant.versions = versions
  call('HSET', key, 'n', last, 'v', versions, 'c', text(count))
  return first
end

-- Counts anew what the head counts, for a recovery: what is there now is all that there is.
function tenant.recount(key, roots, due, journal)
  local item = call('XRANGE', journal, '-', '+', 'COUNT', 1)[1]
  local last = call('XREVRANGE', journal, '+', '-', 'COUNT', 1)[1]
  local number = tonumber(call('HGET', key, 'n') or '0')
  local first = number + 1
  if last then
    first = tonumber(match(item[1], '^%d+'))
    number = max(number, tonumber(match(last[1], '^%d+')) + last[2][4] - 1)
  end
  local gone = max(first - 1, tonumber(call('HGET', key, 't') or '0'))
  call('HSET', key, 'n', text(number), 't', text(gone), 'r', text(call('ZCARD', roots)),
    'c', text(call('ZCARD', due)))
  call('HDEL', key, 'v', 'q', 'w')
end

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
