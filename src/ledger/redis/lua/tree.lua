-- One page of the accounts below one, in the order of their names' bytes.
--
-- KEYS[1] the root's record
-- KEYS[2] the root's names
-- ARGV[1] the account's field
-- ARGV[2] the names come after this field's text, or "-"
-- ARGV[3] how many levels below it, or "-" for all
-- ARGV[4] at most so many
--
-- Returns a field and its text for each

-- How many holders a field names.
local function levelOf(field)
  if field == 'a:' then return 0 end
  local _, slashes = string.gsub(field, '/', '')
  return slashes + 1
end

-- The first holders of a field, so many of those that it names.
local function upTo(levels, field)
  local at = 0
  for _ = 1, levels do at = find(field, '/', at + 1, true) end
  return sub(field, 1, at - 1)
end

-- Whatever lies deeper than asked for is one stretch of names, and is stepped over.
local function children(key, from, to, levels, most)
  local found = {}
  while #found < most do
    local field = call('ZRANGE', key, '[' .. from, to, 'BYLEX', 'LIMIT', 0, 1)[1]
    if not field then break end
    if levelOf(field) <= levels then
      found[#found + 1] = field
      from = field .. ' '
    else
      -- "0" is the byte after "/".
      from = upTo(levels, field) .. '0'
    end
  end
  return found
end

local function fieldsBelow(key, own, after, depth, most)
  local from, to = own == 'a:' and 'a:-' or own .. '/', own == 'a:' and '(a;' or '(' .. own .. '0'
  if after ~= '-' and after >= from then from = after .. ' ' end
  if depth == '0' then return {} end
  if depth ~= '-' then return children(key, from, to, levelOf(own) + whole(depth, 'depth'), most) end
  return call('ZRANGE', key, '[' .. from, to, 'BYLEX', 'LIMIT', 0, most)
end

redis.register_function({
  function_name = PREFIX .. 'tree',
  callback = function(keys, args)
    prepare()
    local own, after, most = args[1], args[2], whole(args[4], 'most')
    if not find(own or '', '^a:%S*$') then bad('account', own, 'an account\'s field') end
    if after ~= '-' and not find(after or '', '^a:%S*$') then bad('after', after, '- or a field') end
    if not call('ZSCORE', keys[2], 'a:') and call('HEXISTS', keys[1], 'a:') == 1 then
      error({ err = 'STATELOST root ' .. sub(keys[1], -32) .. ': found no list of its accounts' })
    end
    local fields = fieldsBelow(keys[2], own, after, args[3], most)
    if #fields == 0 then return {} end
    local texts, answer = call('HMGET', keys[1], unpack(fields)), {}
    for i = 1, #fields do
      answer[2 * i - 1], answer[2 * i] = fields[i], texts[i]
    end
    return answer
  end,
  flags = { 'no-writes' },
})
