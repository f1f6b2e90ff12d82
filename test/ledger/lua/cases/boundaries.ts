import { UNITS } from '../../../../src/money/units.js';
import { CREDIT, limit, price } from '../../fixtures.js';
import { START_MS, type Step } from '../../sequences.js';
import type { Case } from '../case.js';
import { type WalkOptions, walk } from '../walk.js';
import {
  account,
  activate,
  balance,
  caller,
  carved,
  control,
  down,
  extend,
  HOUR_MS,
  idOf,
  lag,
  later,
  open,
  range,
  release,
  reserve,
  settle,
  sweep,
  topUp,
  windowed,
} from './steps.js';

const DAY_MS = 86_400_000;
const TOP = 2 ** 53 - 1;
/** Its first step and its second are no whole numbers of micro-units. */
const odd = { least: { credits: 1, calls: 1 }, most: { credits: 8_000_004, calls: 2 }, steps: 4 };

type Row = readonly [name: string, steps: readonly Step[], options?: WalkOptions];

/** To the millisecond: just before, at and just after what ends. */
const around = (name: string, atMs: number, steps: (byMs: number) => Step[]): Row[] =>
  [-1, 0, 1].map((off) => [`${name}, ${off} ms after it`, steps(atMs + off)]);

const times: Row[] = [
  ...around('a root’s expiry', HOUR_MS, (byMs) => [
    open(),
    reserve(1, { ttlMs: DAY_MS }),
    later(byMs),
    reserve(2),
    activate(down()),
    extend(1, DAY_MS),
  ]),
  ...around('a macaroon’s expiry', 3_000, (byMs) => [
    open(),
    later(byMs),
    reserve(1, { expiresAtMs: START_MS + 3_000 }),
    activate(down(), { expiresAtMs: START_MS + 3_000 }),
  ]),
  ...around('a deadline', 2_000, (byMs) => [
    open(),
    ...[1, 2, 3, 4].map((n) => reserve(n, { ttlMs: 2_000, fingerprint: `f${n}` })),
    later(byMs),
    reserve(1, { ttlMs: 2_000, fingerprint: 'f1' }),
    reserve(1, { ttlMs: 2_000, fingerprint: 'f2' }),
    release(2),
    extend(3, 5_000),
    sweep,
    settle(4, { credits: 0 }),
  ]),
  ...around('a finished hold’s end', 4_000, (byMs) => [
    open(),
    reserve(1),
    settle(1),
    release(2),
    topUp('a'.repeat(32), 5),
    later(byMs),
    sweep,
    topUp('a'.repeat(32), 5),
    release(2),
  ]),
  ...around('a carve-out’s end', 5_000, (byMs) => [
    open(),
    activate(down(['a'], [[], [carved(8)]])),
    later(byMs),
    reserve(1, { path: down(['b']), cost: price(3) }),
    sweep,
    balance('a'),
  ]),
  ...around('a carve-out’s end, asked by one that has its own', 5_000, (byMs) => [
    open(),
    activate(down(['b'], [[], [carved(3)]], 9_000), { expiresAtMs: START_MS + 9_000 }),
    activate(down(['a'], [[], [carved(4)]])),
    later(byMs),
    activate(down(['b'], [[], [carved(4)]], 9_000), { expiresAtMs: START_MS + 9_000 }),
    reserve(1, { path: down(['b']), cost: price(1) }),
    reserve(2, { path: down(['b']), cost: price(6) }),
  ]),
  ...around('a carve-out’s end, asked by what another is to have', 5_000, (byMs) => [
    open(),
    activate(down(['a'], [[], [carved(8)]])),
    later(byMs),
    activate(down(['b'], [[], [carved(5)]], 9_000), { expiresAtMs: START_MS + 9_000 }),
    reserve(1, { path: down(['b']), cost: price(5) }),
  ]),
  ...around('a carve-out’s end, asked by its own', 5_000, (byMs) => [
    open(),
    activate(down(['a'], [[], [carved(8)]])),
    later(byMs),
    reserve(1, { path: down(['a'], [[], [carved(8)]], 9_000), expiresAtMs: START_MS + 8_000 }),
    activate(down(['a'], [[], [carved(9)]], 9_000), { expiresAtMs: START_MS + 8_000 }),
    balance('a'),
  ]),
  ...around('the latest time believed', 300_000, (ms) => [
    open(),
    reserve(1, { ttlMs: 1_000 }),
    later(2_000),
    lag(ms),
    reserve(2),
    activate(down()),
    settle(1),
    sweep,
    balance(),
    release(3),
  ]),
  [
    'a clock that goes back',
    [open(), later(5_000), reserve(1), later(-9_000), reserve(2), settle(1), balance(), sweep],
  ],
  [
    'a life that is as long as can be',
    [
      open({ expiresAtMs: START_MS + 9 * DAY_MS }),
      reserve(1, { ttlMs: 1_000, expiresAtMs: START_MS + 9 * DAY_MS }),
      later(500),
      extend(1, DAY_MS),
      extend(1, 1_000),
      later(DAY_MS - 501),
      extend(1, DAY_MS),
      later(1),
      extend(1, DAY_MS),
    ],
  ],
];

const standing: Row[] = [
  ...(['pause', 'revoke', 'close'] as const).flatMap((action) =>
    [[], ['a'], ['a', 'b'], ['c']].map(
      (at): Row => [
        `${action} at ${at.join('/') || 'the root'}`,
        [
          open(),
          reserve(1, { path: down(['a', 'b'], [[], [carved(5)], [carved(2)]]) }),
          reserve(2, { path: down(['a-1'], [[], [carved(1)]]) }),
          control(action, ...at),
          reserve(3, { path: down(['a', 'b']) }),
          activate(down(['a', 'b'], [[], [carved(6)], []])),
          extend(1, 90_000),
          control(action, ...at),
          control('pause', ...at),
          control('resume', ...at),
          topUp('a'.repeat(32), CREDIT, { holders: at }),
          reserve(4, { path: down(['a', 'b']) }),
          settle(1),
          sweep,
        ],
      ],
    ),
  ),
  [
    'all that is set aside goes back: at a name, not at one that begins like it',
    [
      open({ limits: [limit(30), limit(30, 'usd')] }),
      ...['a', 'ab', 'a-1'].map((holder) =>
        activate(down([holder], [[], [carved(1), carved(2, 'usd')]])),
      ),
      activate(down(['a', 'ab'], [[limit(30)], [limit(5)], [carved(1)]])),
      activate(down(['a', 'a', 'a'], [[limit(30)], [limit(5)], [carved(1)], [carved(1)]])),
      control('close', 'a'),
      control('close', 'ab'),
    ],
    { caps: { maxAccountsPerRoot: 9, maxHoldsPerRoot: 9 } },
  ],
];

const owners: Row[] = [
  [
    'what a hold is for, told again by what corrects it',
    [
      open(),
      reserve(1, { ttlMs: 1_000, about: { name: 'gpt-4o', route: 'chat' } }),
      reserve(2, { about: { name: 'gpt-4o' } }),
      later(1_000),
      sweep,
      settle(1, { credits: 1 }),
      settle(2, { credits: 1 }),
    ],
  ],
  [
    'whose a hold is',
    [
      open(),
      reserve(1, { owner: 'caller', path: down(['a']) }),
      reserve(2, { path: down(['a']) }),
      ...[caller('a', 'b'), caller('b'), caller()].flatMap((by) => [
        settle(1, {}, by),
        release(1, by),
      ]),
      extend(1, 90_000, caller('b')),
      extend(1, 90_000, caller('a')),
      settle(2, {}, caller('a')),
      release(2, caller('a')),
      extend(2, 90_000, caller('a')),
      settle(1, { credits: CREDIT + 1 }, caller('a')),
      settle(1, { usd: 1 }, caller('a')),
      settle(1, { credits: CREDIT }, caller('a')),
      settle(1, { credits: CREDIT }, caller('a')),
      settle(1, { credits: CREDIT }),
      settle(1, { credits: 1 }),
      release(1),
      release(3, caller('a')),
      release(3),
      release(3),
      release(3, caller()),
      settle(3),
      reserve(3),
      reserve(3, { fingerprint: 'f' }),
      extend(3, 5_000),
      settle(4),
      extend(4, 5_000),
    ],
  ],
  [
    'an id seen before',
    [
      open(),
      reserve(1, { path: down(['a']), fingerprint: 'f', owner: 'caller' }),
      ...[
        { path: down(['a']), fingerprint: 'f', owner: 'caller' } as const,
        { path: down(['b']), fingerprint: 'f', owner: 'caller' } as const,
        { path: down(['a']), fingerprint: 'g', owner: 'caller' } as const,
        { path: down(['a']), owner: 'caller' } as const,
        { path: down(['a']), fingerprint: 'f' } as const,
        { path: down(['a']), fingerprint: 'f', owner: 'caller', cost: price(2) } as const,
        { path: down(['a']), fingerprint: 'f', owner: 'caller', kid: 'k2' } as const,
      ].map((its) => reserve(1, its)),
      reserve(2, { cost: range(1, 4, 3) }),
      reserve(2, { cost: range(1, 4, 3) }),
      reserve(2, { cost: range(1, 4, 1) }),
      settle(2),
      reserve(2, { cost: range(1, 4, 3) }),
      release(1),
      reserve(1, { fingerprint: 'f' }),
      reserve(1, { fingerprint: 'g' }),
      reserve(1),
      topUp(idOf(5).slice(-32), CREDIT),
      topUp(idOf(5).slice(-32), CREDIT),
      topUp(idOf(5).slice(-32), CREDIT + 1),
      topUp(idOf(5).slice(-32), CREDIT, { unit: 'usd' }),
      topUp(idOf(5).slice(-32), CREDIT, { holders: ['a'] }),
      topUp(idOf(1).slice(-32), CREDIT),
      reserve(5),
      settle(5),
      release(5),
      release(5, caller()),
      extend(5, 5_000),
    ],
  ],
];

const caps: Row[] = [
  [
    'the root’s own account counts',
    [
      open(),
      reserve(1, { path: down(['a']) }),
      activate(down(['a'], [[], [carved(1)]])),
      reserve(1),
    ],
    { caps: { maxAccountsPerRoot: 1, maxHoldsPerRoot: 9 } },
  ],
  [
    'as many accounts as may be',
    [
      open(),
      reserve(1, { path: down(['a', 'b']) }),
      control('pause', 'x'),
      reserve(2, { path: down(['c', 'd']) }),
      activate(down(['c', 'd'], [[], [carved(1)], []])),
      activate(down(['c', 'd'], [[], [carved(1)], [carved(1)]])),
      reserve(2, { path: down(['c', 'd']) }),
      reserve(2, { path: down(['e']) }),
      reserve(2, { path: down(['a', 'b']) }),
      topUp('a'.repeat(32), 1, { holders: ['f'] }),
      activate(down(['a'], [[], [carved(3)]])),
    ],
    { caps: { maxAccountsPerRoot: 5, maxHoldsPerRoot: 9 } },
  ],
  [
    'as many accounts as may be, and one more that is carved',
    [
      open(),
      reserve(1, { path: down(['a']) }),
      activate(down(['a', 'b'], [[], [carved(3)], []])),
      activate(down(['a', 'b'], [[], [carved(3)], [carved(1)]])),
    ],
    { caps: { maxAccountsPerRoot: 2, maxHoldsPerRoot: 9 } },
  ],
  [
    'as many open holds as may be',
    [
      open(),
      ...[1, 2, 3].map((n) => reserve(n)),
      settle(1),
      reserve(3),
      release(2),
      reserve(4),
      later(60_000),
      sweep,
      reserve(5),
      settle(4, { credits: 0 }),
      reserve(6),
      reserve(7),
    ],
    { caps: { maxAccountsPerRoot: 9, maxHoldsPerRoot: 2 } },
  ],
];

const huge: Row[] = [
  ...UNITS.map((unit): Row => {
    const half = (micros: number) => ({ calls: 1, [unit]: micros });
    const fixed = (micros: number) => ({ least: half(micros), most: half(micros), steps: 0 });
    const upTo = (micros: number) => ({ least: half(0), most: half(micros), steps: 1 });
    return [
      `a hold up to 2^53 ${unit}`,
      [
        open({ limits: [] }),
        reserve(1, { path: down(['a']), cost: fixed(2 ** 52) }),
        reserve(2, { path: down(['a']), cost: fixed(2 ** 52) }),
        reserve(3, { path: down(['a']), cost: upTo(2 ** 52) }),
        release(3),
        reserve(4, { path: down(['a']), cost: upTo(2 ** 52 - 1) }),
        reserve(5, { path: down(['a']), cost: fixed(0) }),
        settle(5),
        settle(1, { [unit]: 2 ** 52 + 1 }),
        settle(4, { [unit]: 2 ** 52 }),
        settle(4),
      ],
    ];
  }),
  [
    'a unit that is full, and a hold that does not have it',
    [
      open({ limits: [] }),
      reserve(1, { cost: price(0, { usd: TOP }) }),
      reserve(2, { cost: price(1) }),
      settle(2),
    ],
  ],
  ...[-1, 0, 1].map(
    (off): Row => [
      `a hold up to 2^53, ${off} off`,
      [
        open({ limits: [] }),
        reserve(1, { path: down(['a']), cost: price(0, { usd: 2 ** 52 }) }),
        reserve(2, { cost: price(0, { usd: 2 ** 52 - 1 + off }) }),
        reserve(3, { path: down(['a']), cost: price(0, { usd: 2 ** 52 - 1 + off }) }),
        reserve(3, { path: down(['b']), cost: price(0, { usd: 1 }) }),
        reserve(4, {
          path: down(['a']),
          cost: { least: { calls: 1, usd: 0 }, most: { calls: 1, usd: TOP }, steps: 1 },
        }),
        settle(1, { usd: 2 ** 52 + 1 + off }),
        settle(1, { usd: 2 ** 52 + off }),
        settle(1, { usd: TOP }),
        settle(1, { credits: TOP - CREDIT }),
        settle(2, { credits: CREDIT + off }),
      ],
    ],
  ),
  ...[-1, 0, 1].map(
    (off): Row => [
      `top-ups up to 2^53, ${off} off`,
      [
        open({ limits: [limit(10, 'usd'), limit(20, 'usd'), limit(3)] }),
        topUp('1'.repeat(32), TOP - 10 * CREDIT + off, { unit: 'usd' }),
        topUp('2'.repeat(32), TOP + off - 2, { unit: 'usd', holders: ['a'] }),
        topUp('3'.repeat(32), 2 - off, { unit: 'usd', holders: ['a'] }),
        topUp('4'.repeat(32), 1, { unit: 'usd', holders: ['a'] }),
        topUp('5'.repeat(32), TOP, { unit: 'tokens' }),
        topUp('6'.repeat(32), 1, { unit: 'tokens' }),
        reserve(1, {
          path: down(['a'], [[limit(5, 'usd')], [limit(6, 'usd'), limit(30, 'usd')]]),
          cost: price(1, { usd: 8 * CREDIT }),
        }),
        reserve(2, {
          path: down(['a'], [[limit(5, 'usd')], [limit(6, 'usd'), limit(30, 'usd')]]),
          cost: price(1, { usd: 8 * CREDIT }),
        }),
        reserve(3, {
          path: down(['a'], [[], [{ ...limit(0, 'usd'), limitMicros: TOP }]]),
          cost: price(1, { usd: CREDIT }),
        }),
      ],
    ],
  ),
];

const ranges: Row[] = [
  [
    'as much of a range as fits',
    [
      open({ limits: [limit(20), limit(15, 'usd'), windowed(18, 'day')] }),
      ...[
        range(1, 30, 7),
        range(0, 30, 29),
        range(1, 2, 1),
        range(0, 9, 10),
        range(3, 3, 5),
        {
          least: { calls: CREDIT, usd: 1 },
          most: { calls: 3 * CREDIT, usd: 40 * CREDIT },
          steps: 3,
        },
        range(1, 30, 1_000),
        range(0, 1, 999_999),
      ].flatMap((cost, i) => [
        reserve(i, { path: down(['a'], [[], [limit(9), windowed(8, 'minute')]]), cost }),
        ...(i % 3 === 2 ? [settle(i, { credits: CREDIT / 2 })] : []),
      ]),
      later(90_000),
      reserve(20, { path: down(['a'], [[], [windowed(8, 'minute')]]), cost: range(0, 20, 20) }),
    ],
    { caps: { maxAccountsPerRoot: 9, maxHoldsPerRoot: 20 } },
  ],
  [
    'as much of a range as fits inside of what is set aside',
    [
      open({ limits: [limit(20)] }),
      activate(down(['a', 'b'], [[], [carved(12)], [carved(5)]])),
      activate(down(['c'], [[], [carved(6)]])),
      reserve(1, { path: down(['a', 'b']), cost: range(1, 30, 29) }),
      reserve(2, { path: down(['a']), cost: range(1, 30, 29) }),
      reserve(3, {
        path: down(['a', 'b'], [[], [carved(13)], [carved(6)]]),
        cost: range(0, 30, 30),
      }),
      release(1),
      reserve(4, {
        path: down(['a', 'b'], [[], [carved(12)], [carved(7)]]),
        cost: range(0, 30, 30),
      }),
      release(2),
      reserve(5, { path: down(['a', 'b'], [[], [limit(11)], [limit(6)]]), cost: range(0, 30, 30) }),
      reserve(6, { cost: range(0, 30, 30) }),
    ],
    { caps: { maxAccountsPerRoot: 9, maxHoldsPerRoot: 20 } },
  ],
  [
    'ranges that do not divide, in one turn',
    [
      open({ limits: [limit(20)] }),
      ...[1, 2, 3].map((n) =>
        reserve(n, { path: down([`h${n}`], [[], [limit(3 + n / 4)]]), cost: odd }),
      ),
      settle(1, { credits: 0 }),
      settle(2, { credits: 1 }),
    ],
    { together: 3, caps: { maxAccountsPerRoot: 9, maxHoldsPerRoot: 20 } },
  ],
  [
    'one micro-unit',
    [
      open({ limits: [{ ...limit(0, 'usd'), limitMicros: 3 }, limit(5, 'calls')] }),
      activate(down(['a'], [[], [{ ...carved(0, 'usd'), limitMicros: 1 }]])),
      ...[1, 2, 3].map((n) => reserve(n, { path: down(['b']), cost: price(0, { usd: 1 }) })),
      settle(1, { usd: 0 }),
      settle(2, { usd: 2 }),
      settle(3, { tokens: 1 }),
      activate(down(['c'], [[], [{ ...carved(0, 'usd'), limitMicros: 1 }]])),
      reserve(4, {
        path: down(['a'], [[], [{ ...carved(0, 'usd'), limitMicros: 1 }]]),
        cost: price(0, { usd: 1 }),
      }),
      release(4),
      later(5_000),
      sweep,
    ],
  ],
  [
    'set aside in each unit, as much as there is and more',
    [
      open({ limits: UNITS.map((unit) => limit(5, unit)) }),
      ...UNITS.flatMap((unit, i) => [
        activate(down([`h${i}`], [[], [carved(6, unit)]])),
        activate(down([`h${i}`], [[], [carved(5, unit)]])),
        activate(down([`h${i}`, 'x'], [[], [carved(5, unit)], [carved(4, unit)]])),
      ]),
      later(5_000),
      ...UNITS.map((unit, i) =>
        activate(down([`g${i}`], [[], [carved(5, unit)]], 9_000), {
          expiresAtMs: START_MS + 9_000,
        }),
      ),
    ],
    { caps: { maxAccountsPerRoot: 20, maxHoldsPerRoot: 20 } },
  ],
  [
    'a unit that this call’s cost does not have',
    [
      open({ limits: [limit(5), limit(5, 'tokens')] }),
      reserve(1),
      reserve(2, { path: down(['a'], [[], [limit(5, 'usd')]]), cost: price(1, { tokens: 1 }) }),
      reserve(3, {
        path: down(['a'], [[], [windowed(5, 'day', 'usd')]]),
        cost: price(1, { tokens: 1 }),
      }),
      reserve(4, {
        path: down(['a'], [[], [windowed(5, 'day', 'calls')]]),
        cost: price(1, { tokens: 5 * CREDIT }),
      }),
      reserve(5, { path: down(['a']), cost: price(1, { tokens: 1 }) }),
    ],
  ],
];

const rows: Row[] = [...times, ...standing, ...owners, ...caps, ...huge, ...ranges];

export const boundaries: readonly Case[] = [
  ...rows.map(([name, steps, options]) => ({
    name,
    run: (store: Parameters<Case['run']>[0]) => walk(store, steps, options),
  })),
  {
    name: 'another root’s caller, and a reservation of a root that is none',
    run: (store) =>
      walk(store, [
        open(),
        reserve(1, { owner: 'caller' }),
        settle(1, {}, { kind: 'caller', account: `acme/${'0'.repeat(32)}` }),
        open(),
        open({ holder: 'other' }),
        { kind: 'balance', account: account('never', 'charged') },
      ]),
  },
];
