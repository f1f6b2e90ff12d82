import { type Mutant, nameOf } from './mutants.js';

/** Mutants of one line that nobody can tell from it by what it answers, and why not. */
interface Reviewed {
  readonly file: string;
  readonly inside: string;
  readonly code: string;
  readonly changes: readonly string[];
  readonly harmless: string;
}

const REVIEWED: readonly Reviewed[] = [
  {
    file: 'lib.lua',
    inside: 'bad',
    code: `local shown = found == nil and 'nothing' or '"' .. sub(tostring(found), 1, 64) .. '"'`,
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'lib.lua',
    inside: 'corrupt',
    code: `error({ err = 'BADSTATE ' .. what .. ': found "' .. sub(tostring(found), 1, 64) .. '"' })`,
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'trim.lua',
    inside: 'redis.register_function',
    code: "local item = call('XREVRANGE', keys[1], text(through), '-', 'COUNT', 1)[1]",
    changes: ['1 → 2 (2)'],
    harmless: 'The first of what is answered is used, however many there are.',
  },
  {
    file: 'recover.lua',
    inside: 'DO',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'No cost has anything at place 0.',
  },
  {
    file: 'recover.lua',
    inside: 'holdHere',
    code: "if not hold or not find(states, hold.state, 1, true) then bad('hold', id, 'one in state ' .. states) end",
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'recover.lua',
    inside: 'windowsByField',
    code: "local byField, at = {}, value == '-' and 2 or 1",
    changes: ['1 → 0', '2 → 3'],
    harmless:
      'Lua begins at the first character for 0 as for 1; and of "-" either is past the end.',
  },
  {
    file: 'fence.lua',
    inside: 'openIfComplete',
    code: "if sub(field, 1, 2) == 'g:' and match(value, '^%S+') ~= storeIdentity() then",
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'fence.lua',
    inside: 'readHead',
    code: 'for i = 1, #flat, 2 do head[flat[i]] = flat[i + 1] end',
    changes: ['2 → 1'],
    harmless: 'No value of the head is the name of a field that is looked for.',
  },
  {
    file: 'fence.lua',
    inside: 'storeIdentity',
    code: "if not run or not history then corrupt('INFO', 'no run_id or master_replid') end",
    changes: ['or → and'],
    harmless: 'Every server that has functions says both.',
  },
  {
    file: 'activate.lua',
    inside: 'activate',
    code: "if refusal and find(refusal, '^budget') and endCarvesDue() > 0 then",
    changes: ['0 → (-1)', '> → >='],
    harmless: 'Nothing has ended: it is asked once more, of the same state, and answered the same.',
  },
  {
    file: 'activate.lua',
    inside: 'refusalOf',
    code: 'for u = 1, UNITS do by[u] = shares(part, u, 0, raised) end',
    changes: ['0 → (-1)'],
    harmless:
      'What is below the last account that is raised has no part in it: its target is more than it uses.',
  },
  {
    file: 'activate.lua',
    inside: 'upper',
    code: 'for i = 1, raised.deepest do part[i] = bound[i] end',
    changes: ['1 → 0'],
    harmless: 'Nothing is at place 0, and nothing is read from there.',
  },
  {
    file: 'activate.lua',
    inside: 'upper',
    code: 'if limit.at <= raised.deepest then part.limits[#part.limits + 1] = limit end',
    changes: ['<= → <'],
    harmless: 'The last account that is raised uses no more for it: its own limits are not asked.',
  },
  {
    file: 'control.lua',
    inside: 'endAllBelow',
    code: 'if sub(member, 1, -3) == field or sub(member, 1, #below) == below then',
    changes: ['1 → 0', '1 → 0 (2)'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'holds.lua',
    inside: 'resolve',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'A unit before the first has no amount anywhere.',
  },
  {
    file: 'holds.lua',
    inside: 'resolve',
    code: 'if by > 0 and overflows(path, u, by) then return false end',
    changes: ['0 → (-1)', '> → >='],
    harmless: 'What does not rise takes no counter to 2^53.',
  },
  {
    file: 'holds.lua',
    inside: 'resolve',
    code: 'local by = (charged[u] or 0) - (granted[u] or 0)',
    changes: ['0 → (-1)', '0 → 1 (2)'],
    harmless:
      'Where a unit is charged that was not granted, or not charged, the sum is asked only when it rises, and then both are known.',
  },
  {
    file: 'lib.lua',
    inside: 'TOO_MUCH',
    code: 'local TOO_MUCH = 9007199254740992',
    changes: ['9007199254740992 → 9007199254740993'],
    harmless: 'A double has no such number: it is read as 2^53.',
  },
  {
    file: 'lib.lua',
    inside: 'limits',
    code: 'local at, stop = 1, #value',
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'lib.lua',
    inside: 'memo',
    code: 'if count >= 500 then known, count = {}, 0 end',
    changes: ['0 → (-1)', '0 → 1', '500 → 499', '500 → 501', '>= → <', '>= → >'],
    harmless: 'How much is remembered, and for how long, changes no answer.',
  },
  {
    file: 'lib.lua',
    inside: 'memo',
    code: 'known[value], count = made, count + 1',
    changes: ['1 → 2'],
    harmless: 'How much is remembered, and for how long, changes no answer.',
  },
  {
    file: 'lib.lua',
    inside: 'memo',
    code: 'local known, count = {}, 0',
    changes: ['0 → (-1)', '0 → 1'],
    harmless: 'How much is remembered, and for how long, changes no answer.',
  },
  {
    file: 'lib.lua',
    inside: 'prepare',
    code: "WHOLE = format('%d', TOO_MUCH - 1) == '9007199254740991' and '%d' or '%.0f'",
    changes: ['- 1 → nothing', '- → +', '1 → 0', '1 → 2', '== → ~=', 'or → and'],
    harmless: 'The other format writes the same digits, only slower.',
  },
  {
    file: 'paths.lua',
    inside: 'raise',
    code: 'for i = #bound, 2, -1 do',
    changes: ['2 → 1'],
    harmless: 'A root has no carve-out.',
  },
  {
    file: 'paths.lua',
    inside: 'raise',
    code: 'for j = 1, i - 1 do ancestors[j] = bound[j] end',
    changes: ['1 → 0'],
    harmless: 'Nothing is at place 0, and nothing is read from there.',
  },
  {
    file: 'paths.lua',
    inside: 'raise',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'A unit before the first has no amount anywhere.',
  },
  {
    file: 'paths.lua',
    inside: 'raise',
    code: 'if more > 0 then',
    changes: ['0 → (-1)', '> → >='],
    harmless: 'Moving by nothing writes what was there.',
  },
  {
    file: 'paths.lua',
    inside: 'raises',
    code: 'for i = 2, path.n do',
    changes: ['2 → 1'],
    harmless: 'A root has no carve-out.',
  },
  {
    file: 'paths.lua',
    inside: 'readPath',
    code: 'or n > 0 and sub(field, 1, #above) == above and sub(field, #above + 1)',
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'paths.lua',
    inside: 'unaffordable',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'A unit before the first has no amount anywhere.',
  },
  {
    file: 'reserve.lua',
    inside: 'decide',
    code: "if not step and find(refusal, '^budget') and endCarvesDue() > 0 then",
    changes: ['0 → (-1)', '> → >='],
    harmless: 'Nothing has ended: it is asked once more, of the same state, and answered the same.',
  },
  {
    file: 'reserve.lua',
    inside: 'fit',
    code: 'if spare >= spread then return step end',
    changes: ['>= → >'],
    harmless: 'What is spare is then the whole range, and the division answers the last step too.',
  },
  {
    file: 'reserve.lua',
    inside: 'grant',
    code: 'if step == 0 then return 0 end',
    changes: ['0 → (-1)'],
    harmless: 'A range without steps is a fixed price: what fits is its step 0.',
  },
  {
    file: 'reserve.lua',
    inside: 'hold',
    code: 'for j = 1, account.windows and #account.windows or 0 do',
    changes: ['0 → (-1)'],
    harmless: 'From 1 to -1 is nothing, as from 1 to 0.',
  },
  {
    file: 'terms.lua',
    inside: 'readCost',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'A unit before the first has no amount anywhere.',
  },
  {
    file: 'reserve.lua',
    inside: 'reserve',
    code: "for i = 1, #operations do answers[i] = 'root_unknown' end",
    changes: ['1 → 0'],
    harmless: 'Nothing is at place 0: what is answered begins at 1.',
  },
  {
    file: 'resolve.lua',
    inside: 'resolve',
    code: "for i = 1, #operations do answers[i] = 'root_unknown' end",
    changes: ['1 → 0'],
    harmless: 'Nothing is at place 0: what is answered begins at 1.',
  },
  {
    file: 'resolve.lua',
    inside: 'settle',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'A unit before the first has no amount anywhere.',
  },
  {
    file: 'resolve.lua',
    inside: 'settle',
    code: 'if (charged[u] or 0) > (granted[u] or 0) then above = true end',
    changes: ['0 → (-1)'],
    harmless: 'What is not charged was not granted either, and is not above it.',
  },
  {
    file: 'accounts.lua',
    inside: 'accountText',
    code: 'return format(COUNTERS, unpack(account, 1, 8)) .. account.seen .. extras(account)',
    changes: ['8 → 9'],
    harmless: 'format takes what it has places for.',
  },
  {
    file: 'carves.lua',
    inside: 'endCarve',
    code: 'if carve.micros > used then',
    changes: ['> → >='],
    harmless: 'Moving by nothing writes what was there.',
  },
  {
    file: 'carves.lua',
    inside: 'endCarvesDue',
    code: 'ENDED_AT_ONCE), 0',
    changes: ['0 → 1'],
    harmless: 'It is asked once more, of the same state, and answered the same.',
  },
  {
    file: 'accounts.lua',
    inside: 'extras',
    code: 'for u = 1, UNITS do',
    changes: ['1 → 0'],
    harmless: 'A unit before the first has no amount anywhere.',
  },
  {
    file: 'changes.lua',
    inside: 'inParts',
    code: 'for i = 1, #list, PART do call(command, key, unpack(list, i, min(i + PART - 1, #list))) end',
    changes: ['- → +'],
    harmless: 'How long a part is changes nothing of what is written.',
  },
  {
    file: 'accounts.lua',
    inside: 'isCarved',
    code: 'for i = 1, #path do',
    changes: ['1 → 2'],
    harmless: 'A root has no carve-out.',
  },
  {
    file: 'carves.lua',
    inside: 'isPastEnd',
    code: 'for i = 1, #path do',
    changes: ['1 → 2'],
    harmless: 'A root has no carve-out.',
  },
  {
    file: 'accounts.lua',
    inside: 'pathTo',
    code: 'fields[#fields + 1] = sub(leaf, 1, slash - 1)',
    changes: ['1 → 0 (2)'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'accounts.lua',
    inside: 'pathTo',
    code: "local fields, slash = { 'a:' }, find(leaf, '/', 1, true)",
    changes: ['1 → 0'],
    harmless: 'Lua begins at the first character for 0 as for 1.',
  },
  {
    file: 'accounts.lua',
    inside: 'pathTo',
    code: "local fields, slash = { 'a:' }, find(leaf, '/', 1, true)",
    changes: ['1 → 2'],
    harmless: 'No holder is empty, so that no slash stands there.',
  },
  {
    file: 'accounts.lua',
    inside: 'pathTo',
    code: "slash = find(leaf, '/', slash + 1, true)",
    changes: ['1 → 2'],
    harmless: 'No holder is empty, so that no slash stands there.',
  },
  {
    file: 'sweep.lua',
    inside: 'sweep',
    code: 'for i = 2, #ARGV do',
    changes: ['2 → 1'],
    harmless: 'The header is no hold and no member: nothing of that name is found or leaves.',
  },
  {
    file: 'sweep.lua',
    inside: 'sweep',
    code: "for i = 2, #ARGV do dueDrop[#dueDrop + 1] = rootId .. '.' .. ARGV[i] end",
    changes: ['2 → 1'],
    harmless: 'The header is no hold and no member: nothing of that name is found or leaves.',
  },
  {
    file: 'trim.lua',
    inside: 'redis.register_function',
    code: 'if through <= gone then return text(gone) end',
    changes: ['<= → <'],
    harmless:
      'The item of the next entry begins there: what is asked further down answers the same.',
  },
  {
    file: 'windows.lua',
    inside: 'before',
    code: 'return a.unit < b.unit or a.unit == b.unit and a.window < b.window',
    changes: ['< → <= (2)'],
    harmless: 'No two windows of an account are alike.',
  },
  {
    file: 'windows.lua',
    inside: 'findWindow',
    code: 'for i = 1, account.windows and #account.windows or 0 do',
    changes: ['0 → (-1)'],
    harmless: 'From 1 to -1 is nothing, as from 1 to 0.',
  },
  {
    file: 'windows.lua',
    inside: 'monthStart',
    code: 'local year = floor((ofEra - floor(ofEra / 1460) + floor(ofEra / 36524) - floor(ofEra / 146096)) / 365)',
    changes: ['1460 → 1459', '146096 → 146095', '36524 → 36523'],
    harmless: 'The same to the year 2407, for every day that there is.',
  },
  {
    file: 'windows.lua',
    inside: 'openWindows',
    code: 'for pass = 1, asMinted and 2 or 1 do',
    changes: ['2 → 3'],
    harmless: 'What is tracked already is not tracked again.',
  },
];

const REASONS = new Map(
  REVIEWED.flatMap(({ changes, harmless, ...at }) =>
    changes.map((change) => [nameOf({ ...at, change }), harmless] as const),
  ),
);

/** Why a mutant is harmless; undefined for one that nobody has looked at, or that must be caught. */
export function reasonOf(mutant: Mutant): string | undefined {
  return REASONS.get(nameOf(mutant));
}

export function reviewedNames(): string[] {
  return [...REASONS.keys()].sort();
}
