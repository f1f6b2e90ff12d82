-- Ends or prolongs holds of one root, and then makes others: what resolve.lua and reserve.lua do, in one
-- step. Not under memory pressure, where nothing may be reserved. KEYS and ARGV[1] as in root.lua.
--
-- ARGV[2] how many of the next are as resolve.lua has them; after these come reserve.lua's, from its ARGV[2] on
--
-- Returns { "SEQ NONCE TIME CALL", genesis, and what those say to each operation }

register('both', {}, function()
  local fields, count = { 'g', 'm' }, whole(ARGV[2], 'operations')
  if count > #ARGV - 2 then bad('operations', ARGV[2], 'as many as there are') end
  local ends = readEnds(3, count + 2, fields)
  return answerGroup(fields, ends, readReservations(count + 3, fields))
end)
