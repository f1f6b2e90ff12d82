-- Shared by the functions that a macaroon is used with: which of a root's are revoked. The number of the last
-- revocation is in the root's meta, so that to compare it costs a call nothing; the list is read where it
-- differs, or changes.

local revocations = {}

-- The list as it is at this moment: this call may have changed it, and writes that at its end. `entries` is
-- another table with each call.
function revocations.now()
  if revocations.changedBy == entries then return revocations.list end
  return call('HGET', KEYS[1], 'x') or ''
end

-- The refusal of whoever has seen other ones: "revocations_differ NUMBER FINGERPRINT,…", or "-" for none.
function revocations.differ(seen)
  if seen == meta.revoked then return nil end
  local list = {}
  for print in gmatch(revocations.now(), '(%x+):%d+;') do list[#list + 1] = print end
  return 'revocations_differ ' .. text(meta.revoked) .. ' ' .. (list[1] and concat(list, ',') or '-')
end

-- "FINGERPRINT EXPIRES ACTOR", of which EXPIRES is never after the root's own.
function revocations.read(value)
  local print, expires, actor = match(value or '', '^(%x+) (%d+) (%S+)$')
  if not print then bad('macaroon', value, 'FINGERPRINT EXPIRES ACTOR') end
  local own = tonumber(match(genesis, '^%S+ (%d+) '))
  return hexId(print), min(amount(expires, 'expiry'), own), actor
end

-- The list without those that have expired and without one; how many it has; and until when that one is in it.
function revocations.without(print)
  local list, known = {}, nil
  for its, expires in gmatch(revocations.now(), '(%x+):(%d+);') do
    if its == print then
      known = tonumber(expires)
    elseif tonumber(expires) > (now or meta.clock) then
      list[#list + 1] = its .. ':' .. expires .. ';'
    end
  end
  return list, known
end

function revocations.add(print, expires, actor)
  local list = revocations.without(print)
  list[#list + 1] = print .. ':' .. text(expires) .. ';'
  change('macaroon_revoked', concat({ print, text(expires), actor }, ' '))
  meta.revoked = meta.seq
  meta.rest = ' ' .. text(meta.seq)
  revocations.changedBy, revocations.list = entries, concat(list)
  pair(holdWrites, 'x', revocations.list)
end
