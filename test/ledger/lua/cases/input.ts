import { expect } from 'vitest';
import { recordKeys, rootsKey } from '../../../../src/ledger/redis/keys.js';
import type { Operation } from '../../../../src/ledger/redis/scripts.js';
import {
  type Change,
  COST,
  call,
  DUE,
  EXPIRES_MS,
  HEAD,
  header,
  ID,
  JOURNAL,
  KEYS,
  OPEN_ID,
  path,
  type Reserving,
  reservation,
  reserve,
  seeded,
  TENANT,
} from '../calls.js';
import type { Case } from '../case.js';
import type { LuaStore } from '../store.js';

const BAD_NUMBERS = [
  ...['nan', 'NaN', 'inf', '-1', '-0', '+5', ' 5', '5 ', '', '1.5', '5.', '.5', '1e3', '0x10'],
  ...['9007199254740992', '9007199254740993', '99999999999999999', '1'.repeat(400), '٣', '1\t'],
];

const OTHER_ROOT = [...recordKeys(TENANT, 'd'.repeat(32)), rootsKey(TENANT)];
const JOURNAL_KEYS = [JOURNAL, HEAD];
const HEAD_0 = '0 ';
const HEAD_1 = `1 ${'a'.repeat(64)}`;

interface Refused {
  readonly operation: Operation;
  readonly args: readonly string[];
  readonly keys?: readonly string[];
  /** What the error names, and what it shows of what was found. */
  readonly named?: string;
}

/** Each is refused by name, and all of them together have changed nothing. */
async function expectRefused(store: LuaStore, rows: readonly Refused[]): Promise<void> {
  await seeded(store);
  const before = await store.dump();
  for (const { operation, args, keys = KEYS, named = '' } of rows) {
    const answer = call(store, operation, args, keys);
    await expect(answer, args.join(' | ')).rejects.toThrow(
      new RegExp(`^BADINPUT ${named}.*, expected .`),
    );
  }
  expect(await store.dump()).toEqual(before);
}

function badNumber(bad: string): Refused[] {
  const reserving = (its: Reserving): Refused => ({ operation: 'reserve', args: reserve(its) });
  const resolving = (...args: string[]): Refused => ({
    operation: 'resolve',
    args: [header(), ...args],
  });
  // Empty is a unit that is not known, and of the calls' that may not be.
  const costs = bad === '' ? ['1,,,'] : [`${bad},,,1`, `1,${bad},,1`, `1,,${bad},1`, `1,,,${bad}`];
  return [
    ...['latest', 'retain', 'accounts', 'holds'].flatMap((part): Refused[] => [
      reserving({ header: { [part]: bad } }),
      { operation: 'sweep', args: [header({ [part]: bad }), OPEN_ID] },
    ]),
    ...(bad === '-' ? [] : [reserving({ header: { mark: `${bad}:00` } })]),
    reserving({ path: { expires: bad } }),
    reserving({ path: { rootLimits: `credits=${bad};` } }),
    reserving({ path: { childLimits: `credits=1;calls/day=${bad};` } }),
    reserving({ path: { childEnds: bad } }),
    { operation: 'reserve', args: reserve().with(1, bad) },
    { operation: 'reserve', args: reserve().with(3, bad) },
    ...['ttl', 'steps', 'place', 'terms'].map((part) =>
      reserving({ reservation: { [part]: bad } }),
    ),
    ...costs.flatMap((cost) => [
      reserving({ reservation: { least: cost, most: cost } }),
      reserving({ reservation: { steps: '1', most: cost } }),
      ...(bad === '' ? [] : [resolving(`${OPEN_ID} - settle g ${cost}`)]),
    ]),
    resolving(`${OPEN_ID} - extend g ${bad}`),
    { operation: 'topUp', args: [header(), `${ID} a:x 1 ${bad} me`] },
    { operation: 'topUp', args: [header(), `${ID} a:x ${bad} 1 me`] },
    { operation: 'due', args: [bad, '1'], keys: [DUE] },
    { operation: 'due', args: [String(EXPIRES_MS), bad], keys: [DUE] },
    { operation: 'view', args: [bad, 'a:'] },
    { operation: 'trim', args: [bad], keys: JOURNAL_KEYS },
    { operation: 'lease', args: ['gateway-1', bad], keys: [HEAD] },
    { operation: 'moveHead', args: ['gateway-1', `${bad} `, HEAD_1], keys: [HEAD] },
    { operation: 'moveHead', args: ['gateway-1', '0 ', `${bad} ${'a'.repeat(64)}`], keys: [HEAD] },
    { operation: 'openRoot', args: [header(), `k1 ${bad} credits=1; {}`], keys: OTHER_ROOT },
    { operation: 'openRoot', args: [header(), `k1 1 credits=${bad}; {}`], keys: OTHER_ROOT },
  ];
}

const RESERVING: readonly (readonly [what: string, named: string, change: Reserving])[] = [
  ['a unit that is none', 'limits', { path: { rootLimits: 'eur=1;' } }],
  ['a window that is none', 'limits', { path: { rootLimits: 'credits/year=1;' } }],
  [
    'a window and carved',
    'limits',
    { path: { childLimits: 'credits/minute+carved=1;', childEnds: '5' } },
  ],
  ['a carved root', 'carve-out', { path: { rootLimits: 'credits+carved=1;', rootEnds: '5' } }],
  ['a carve-out without an end', 'carve-out', { path: { childLimits: 'credits+carved=1;' } }],
  ['something else than carved', 'limits', { path: { childLimits: 'credits+x=1;' } }],
  ['a limit that does not end', 'limits', { path: { rootLimits: 'credits=1' } }],
  ['no limits at all', 'limits', { path: { rootLimits: ';' } }],
  ['a second limit that is none', 'limits', { path: { rootLimits: 'credits=1;;' } }],
  ['a fifth unit', 'least', { reservation: { least: `${COST},1`, most: `${COST},1` } }],
  ['units that differ', 'cost', { reservation: { steps: '1', least: '1,,,1', most: ',1,,1' } }],
  ['a unit in most alone', 'cost', { reservation: { steps: '1', least: '1,,,1', most: '1,1,,1' } }],
  ['least above most', 'cost', { reservation: { steps: '1', least: '2,,,1', most: '1,,,1' } }],
  ['calls above most', 'cost', { reservation: { steps: '1', least: '1,,,2', most: '1,,,1' } }],
  ['a range without steps', 'cost', { reservation: { least: '1,,,1', most: '2,,,1' } }],
  [
    'a range too wide for its steps',
    'cost',
    { reservation: { steps: '1024', least: '0,,,0', most: '8796093022208,,,0' } },
  ],
  ['no calls', 'cost', { reservation: { least: '1,,,', most: '1,,,' } }],
  ['a ttl too short', 'ttl', { reservation: { ttl: '999' } }],
  ['a ttl too long', 'ttl', { reservation: { ttl: '86400001' } }],
  ['an owner that is none', 'terms', { reservation: { owner: 'x' } }],
  ['a path that was not given', 'terms', { reservation: { place: '2' } }],
  ['a path before the first', 'terms', { reservation: { place: '0' } }],
  ['terms that were not given', 'reservation', { reservation: { terms: '2' } }],
  ['terms before the first', 'reservation', { reservation: { terms: '0' } }],
  ['a fingerprint too long', 'fingerprint', { reservation: { print: 'p'.repeat(1_025) } }],
  ['a kid with a capital', 'path', { path: { kid: 'K1' } }],
  ['a kid too long', 'path', { path: { kid: 'k'.repeat(33) } }],
  ['a root with a holder', 'account', { path: { root: 'a:x' } }],
  ['an account with no holder', 'account', { path: { child: 'a:' } }],
  ['a grandchild without its parent', 'account', { path: { child: 'a:x/y' } }],
  ['a holder with a brace', 'account', { path: { child: 'a:{x}' } }],
  ['a holder with a control character', 'account', { path: { child: 'a:x\u0007' } }],
  ['a holder too long', 'account', { path: { child: `a:${'x'.repeat(65)}` } }],
  ['a child that turns aside', 'account', { path: { childEnds: '- a:y/z - -' } }],
  ['half an account', 'path', { path: { childEnds: '- a' } }],
  ['no space between accounts', 'path', { path: { childEnds: '-  a:x/z - -' } }],
  ['something behind the last account', 'path', { path: { childEnds: '- x' } }],
  ['an id too short', 'id', { reservation: { id: 'b'.repeat(31) } }],
  ['an id too long', 'id', { reservation: { id: 'b'.repeat(33) } }],
  ['an id with a capital', 'id', { reservation: { id: 'B'.repeat(32) } }],
  ['a nonce too short', 'header', { header: { nonce: '0123' } }],
  ['a mark that is none', 'mark', { header: { mark: 'x' } }],
];

const deep = (accounts: number) =>
  Array.from({ length: accounts - 1 }, (_, i) => ` a:${'x/'.repeat(i)}x - -`).join('');

const RESOLVING: readonly (readonly [named: string, operations: readonly string[]])[] = [
  ['operations', []],
  ['operation', [`${ID} - spend g`]],
  ['id', ['settle']],
  ['id', [ID]],
  ['operation', [`${ID} `]],
  ['operation', [`${ID} -`]],
  ['operation', [`${ID}  settle g ${COST}`]],
  ['operation', [`${ID} a\nb settle g ${COST}`]],
  ['id', [`${ID.slice(1)} - release g`]],
  ['id', [`${ID}${ID.slice(1)} -,- release g`]],
  ['id', [`${ID}${'B'.repeat(32)} -,- release g`]],
  ['id', [` - release g`]],
  ['upstreams', [`${ID} , settle g ${COST}`]],
  ['upstreams', [`${ID} -,- settle g ${COST}`]],
  ['upstreams', [`${ID}${OPEN_ID} - settle g ${COST}`]],
  ['upstreams', [`${ID}${OPEN_ID} -, settle g ${COST}`]],
  ['upstreams', [`${ID}${OPEN_ID} ,- settle g ${COST}`]],
  ['upstreams', [`${ID}${OPEN_ID} -,-,- settle g ${COST}`]],
  ['operation', [`${ID} - release x`]],
  ['operation', [`${ID} - release `]],
  ['operation', [`${ID} - settle g`]],
  ['operation', [`${ID} - settle g ${COST} -`]],
  ['cost', [`${ID} - settle g 1,1,1`]],
  ['operation', [`${ID} - settle g ${COST}`, `${ID} - release`]],
  ['ttl', [`${ID} - extend g 999`]],
  ['ttl', [`${ID} - extend g 86400001`]],
];

const DRAINING: readonly (readonly [Operation, named: string, ...string[]])[] = [
  ['lease', 'holder', '', '1000'],
  ['lease', 'holder', 'a b', '1000'],
  ['lease', 'holder', 'x'.repeat(65), '1000'],
  ['lease', 'holder'],
  ['lease', 'ttl: found "1"', 'a', '1'],
  ['lease', 'ttl', 'a', '999'],
  ['lease', 'ttl', 'a', '300001'],
  ['lease', 'ttl', 'a'],
  ['moveHead', 'holder', '', HEAD_0, HEAD_1],
  ['moveHead', 'head', 'a', '', HEAD_1],
  ['moveHead', 'head', 'a', HEAD_0],
  ['moveHead', 'head', 'a', HEAD_1, HEAD_0],
  ['moveHead', `head: found "${HEAD_1.slice(0, 9)}`, 'a', HEAD_1, HEAD_1],
  ['moveHead', 'head: found "1 ', 'a', `2 ${'b'.repeat(64)}`, HEAD_1],
  ['moveHead', 'head', 'a', `0 ${'a'.repeat(64)}`, HEAD_1],
  ['moveHead', 'head', 'a', HEAD_0, '1 '],
  ['moveHead', 'head', 'a', HEAD_0, `1 ${'a'.repeat(63)}`],
  ['moveHead', 'head', 'a', HEAD_0, `1 ${'a'.repeat(65)}`],
  ['moveHead', 'head', 'a', HEAD_0, `1 ${'A'.repeat(64)}`],
  ['moveHead', 'head', 'a', HEAD_0, `1 ${'g'.repeat(64)}`],
];

const OTHERS: readonly Refused[] = [
  ...DRAINING.map(
    ([operation, named, ...args]): Refused => ({ operation, args, keys: [HEAD], named }),
  ),
  { operation: 'reserve', args: [header(), '1', 'k1 5 ', ...reservation()], named: 'path' },
  {
    operation: 'reserve',
    args: [header(), '1', `k1 5 a: - -${deep(17)}`, ...reservation()],
    named: 'path: found "17"',
  },
  { operation: 'trim', args: ['00000000000000001'], keys: JOURNAL_KEYS, named: 'through' },
  {
    operation: 'both',
    args: [header(), 'x', ...reserve().slice(1)],
    named: 'operations: found "x"',
  },
  {
    operation: 'both',
    args: [header(), '0', ...reserve().slice(1)],
    named: 'operations: found "none"',
  },
  { operation: 'both', args: [header(), '1'], named: 'operations: found "1"' },
  { operation: 'both', args: [header(), '1', `${ID} - release g`], named: 'paths' },
  { operation: 'both', args: [header(), '1', ...reserve().slice(1)], named: 'id' },
  { operation: 'sweep', args: [header(), 'B'.repeat(32)], named: 'id' },
  { operation: 'sweep', args: [header(), 'g'.repeat(32)], named: 'id' },
  { operation: 'control', args: ['x', 'pause a:x me'], named: 'header: found "x"' },
  { operation: 'reserve', args: reserve().slice(0, -1), named: 'reservations' },
  { operation: 'reserve', args: reserve().slice(0, -2), named: 'terms: found nothing' },
  { operation: 'reserve', args: reserve().slice(0, -3), named: 'terms: found nothing' },
  { operation: 'reserve', args: reserve().slice(0, -4), named: 'paths: found nothing' },
  { operation: 'reserve', args: [header(), '2', path(), ...reservation()], named: 'path' },
  ...(['reserve', 'resolve', 'both', 'activate', 'control', 'topUp', 'openRoot'] as const).flatMap(
    (operation): Refused[] => [
      { operation, args: [], named: 'header: found nothing' },
      { operation, args: [header()] },
    ],
  ),
  { operation: 'sweep', args: [header(), OPEN_ID, 'x'], named: 'id: found "x"' },
  { operation: 'sweep', args: [header(), OPEN_ID, 'a:x 5'], named: 'id' },
  { operation: 'sweep', args: [header(), 'x', OPEN_ID], named: 'id' },
  { operation: 'control', args: [header(), 'stop a:x me'], named: 'control: found "stop a:x me"' },
  { operation: 'control', args: [header(), 'pause x me'], named: 'control' },
  { operation: 'control', args: [header(), 'pause a:x'], named: 'control' },
  { operation: 'topUp', args: [header(), `${ID.slice(1)} a:x 1 5 me`], named: 'id' },
  { operation: 'topUp', args: [header(), `${ID} a:x 0 5 me`], named: `top-up: found "${ID} a` },
  { operation: 'topUp', args: [header(), `${ID} a:x 5 5 me`], named: 'top-up' },
  { operation: 'due', args: ['1'], keys: [DUE], named: 'most' },
  {
    operation: 'openRoot',
    args: [header(), 'k1 1 - {}'],
    keys: ['elsewhere', ...KEYS.slice(1), 'roots'],
    named: 'id',
  },
  ...[`${'k'.repeat(33)} 1 - {}`, 'K1 1 - {}', 'k1 1 credits+carved=1; {}', 'k1 1 - []'].map(
    (genesis): Refused => ({
      operation: 'openRoot',
      args: [header(), genesis],
      keys: OTHER_ROOT,
      named: 'genesis: found "[kK]',
    }),
  ),
];

/** What is found is shown, up to 64 characters of it. */
async function shows(store: LuaStore): Promise<void> {
  await seeded(store);
  const show = (id: string) => call(store, 'resolve', [header(), `${id} - release g`]);
  await expect(show('f'.repeat(99))).rejects.toThrow(
    `BADINPUT id: found "${'f'.repeat(64)}", expected 32 lowercase hex digits`,
  );
}

/** At their edges, values are taken that one more or less makes bad. */
async function edges(store: LuaStore): Promise<void> {
  await seeded(store);
  const taken: readonly Reserving[] = [
    { reservation: { ttl: '1000' } },
    { reservation: { ttl: '86400000' } },
    { reservation: { print: 'p'.repeat(1_024) } },
    { path: { child: `a:${'x'.repeat(64)}` } },
    { path: { kid: 'k'.repeat(32) } },
    { path: { childLimits: 'credits=9007199254740991;', rootLimits: '-' } },
    { reservation: { least: '2,,,1', most: '2,,,1', steps: '7' } },
    { reservation: { least: '0,,,0', most: '0,,,0' } },
    {
      reservation: { least: '0,,,0', most: '9007199254740991,,,0', steps: '1' },
      path: { rootLimits: '-' },
    },
  ];
  for (const [i, its] of taken.entries()) {
    const small = { id: i.toString(16).repeat(32), least: '1,,,1', most: '1,,,1' };
    const change: Change = { ...small, ...its.reservation };
    const answer = await call(store, 'reserve', reserve({ ...its, reservation: change }));
    const expected = its.path?.['kid'] === undefined ? /^held / : /^kid_mismatch$/;
    expect(answer[2], JSON.stringify(its)).toMatch(expected);
  }
  const path16 = [
    header({ accounts: '200', holds: '200' }),
    '1',
    `k1 ${EXPIRES_MS} a: - -${deep(16)}`,
  ];
  expect((await call(store, 'reserve', [...path16, ...reservation()]))[2]).toMatch(/^held /);
  for (const ttl of ['1000', '86400000']) {
    const [, answer] = await call(store, 'resolve', [header(), `${ID} - extend g ${ttl}`]);
    expect(answer).toMatch(/^extended /);
  }
  const kid = `${'k'.repeat(32)} 9007199254740991 - {}`;
  const opened = await call(store, 'openRoot', [header(), kid], OTHER_ROOT);
  expect(opened[1]).toBe('opened');
}

export const input: readonly Case[] = [
  {
    name: 'bad input to a reservation',
    run: (store) =>
      expectRefused(
        store,
        RESERVING.map(([, named, its]) => ({ operation: 'reserve', args: reserve(its), named })),
      ),
  },
  {
    name: 'bad input to what ends a hold',
    run: (store) =>
      expectRefused(
        store,
        RESOLVING.map(([named, args]) => ({
          operation: 'resolve',
          args: [header(), ...args],
          named,
        })),
      ),
  },
  { name: 'bad input to the others', run: (store) => expectRefused(store, OTHERS) },
  { name: 'values at their edges', run: edges },
  { name: 'what an error shows', run: shows },
  ...BAD_NUMBERS.map((bad) => ({
    name: `the number ${JSON.stringify(bad.slice(0, 20))}`,
    run: (store: LuaStore) => expectRefused(store, badNumber(bad)),
  })),
];
