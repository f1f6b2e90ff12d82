import { UNITS } from '../../../../src/money/units.js';
import { CREDIT, limit, price } from '../../fixtures.js';
import type { Step } from '../../sequences.js';
import type { Case } from '../case.js';
import { walk } from '../walk.js';
import {
  activate,
  caller,
  carved,
  down,
  later,
  open,
  range,
  release,
  reserve,
  settle,
  settleNamed,
  sweep,
  topUp,
  windowed,
} from './steps.js';

const CAPS = { maxAccountsPerRoot: 9, maxHoldsPerRoot: 99 };
const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

/** All of a kind that follow one another are sent as one group, of which the first decides. */
const rows: readonly (readonly [name: string, steps: readonly Step[], maxHolds?: number])[] = [
  ...[0, 1, 2].map((over): [string, Step[]] => [
    `as many as fit and ${over} more`,
    [
      open({ limits: [limit(6), limit(40, 'calls')] }),
      ...numbers(6 + over).map((n) => reserve(n, { path: down(['a']) })),
      ...numbers(6).map((n) => settle(n, { credits: CREDIT / 2 })),
      ...numbers(4, 20).map((n) => reserve(n, { path: down(['a'], [[], [limit(5)]]) })),
    ],
  ]),
  [
    'a limit further down, of calls, that is topped up',
    [
      open({ limits: [] }),
      topUp('a'.repeat(32), CREDIT, { unit: 'calls', holders: ['a'] }),
      ...numbers(5).map((n) =>
        reserve(n, { path: down(['a'], [[], [limit(2, 'calls'), limit(9, 'calls')]]) }),
      ),
    ],
  ],
  ...[-1, 0].flatMap((off): [string, Step[]][] =>
    [
      { first: { usd: 2 ** 52 + off }, ends: [settle(1)] },
      { first: { usd: 2 ** 52 + off }, ends: [] },
    ].map(({ first, ends }) => [
      `as many as fit below 2^53 beside another's ${first.usd}, ${ends.length} ended`,
      [
        open({ limits: [] }),
        reserve(1, { path: down(['b']), cost: price(0, first) }),
        ...ends,
        later(1),
        ...numbers(6, 2).map((n) =>
          reserve(n, { path: down(['a']), cost: price(0, { usd: 2 ** 50 }) }),
        ),
      ],
    ]),
  ),
  [
    'one micro-unit each, as many as fit',
    [
      open({ limits: [{ ...limit(0, 'usd'), limitMicros: 3 }] }),
      ...numbers(5).map((n) => reserve(n, { cost: price(0, { usd: 1 }) })),
    ],
  ],
  [
    'a window that begins between them',
    [
      open(),
      ...[1, 2, 3].map((n) =>
        reserve(n, {
          path: down(['a'], [[], [windowed(9, 'day'), ...(n === 2 ? [windowed(9, 'hour')] : [])]]),
        }),
      ),
      later(1),
      ...numbers(3).map((n) => settle(n, { credits: n })),
    ],
  ],
  [
    'ended by others',
    [
      open(),
      ...numbers(4).map((n) => reserve(n, { owner: 'caller', path: down(['a']) })),
      later(1),
      settle(1),
      settle(2, {}, caller('a')),
      settle(3),
      release(4, caller('a')),
    ],
  ],
  ...UNITS.map((unit): [string, Step[]] => [
    `as many as fit below 2^53 ${unit}, and what ends at it`,
    [
      open({ limits: [] }),
      ...numbers(5).map((n) => {
        const cost = { calls: 1, [unit]: 2 ** 51 };
        return reserve(n, { path: down(['a']), cost: { least: cost, most: cost, steps: 0 } });
      }),
      ...numbers(4).map((n) => settle(n, { [unit]: 2 ** 51 + 2 ** 50 })),
    ],
  ]),
  [
    'as many open holds as may be, an id twice, and others between',
    [
      open(),
      reserve(1),
      reserve(2),
      reserve(2),
      reserve(3, { fingerprint: 'f' }),
      reserve(3),
      reserve(4),
      reserve(5, { cost: price(2) }),
      reserve(6, { cost: price(2) }),
      reserve(7),
    ],
    5,
  ],
  [
    'nothing, as often as asked',
    [
      open({ limits: [limit(0), limit(3, 'calls')] }),
      ...numbers(4).map((n) => reserve(n, { cost: price(0) })),
      ...numbers(4).map((n) => settle(n, { calls: 0 })),
    ],
  ],
  [
    'ranges, whole and in part',
    [
      open({ limits: [limit(10)] }),
      ...numbers(5).map((n) => reserve(n, { cost: range(1, 3, 2) })),
      ...numbers(5).map((n) => settle(n, { credits: 2 * CREDIT })),
      ...numbers(2, 10).map((n) => reserve(n, { cost: range(0, 0, 3) })),
    ],
  ],
  [
    'inside of what is set aside, and beside it',
    [
      open({ limits: [limit(20)] }),
      activate(down(['a'], [[], [carved(5)]])),
      ...numbers(7).map((n) => reserve(n, { path: down(['a']) })),
      ...numbers(7, 10).map((n) => reserve(n, { path: down(['b']), cost: price(2) })),
      ...numbers(7).map((n) => settle(n, { credits: CREDIT / 4 })),
      ...numbers(7, 10).map((n) => settle(n, { credits: CREDIT })),
      ...numbers(3, 20).map((n) => reserve(n, { path: down(['a'], [[], [carved(7)]]) })),
      ...numbers(3, 20).map((n) => release(n)),
    ],
  ],
  [
    'counted by windows',
    [
      open({ limits: [windowed(6, 'day')] }),
      ...numbers(4).map((n) => reserve(n, { path: down(['a'], [[], [windowed(3, 'hour')]]) })),
      ...numbers(4, 10).map((n) => reserve(n, { path: down(['b']) })),
      ...numbers(4).map((n) => settle(n, { credits: CREDIT / 2 })),
      ...numbers(4, 10).map((n) => settle(n, { credits: 2 * CREDIT })),
      ...numbers(4, 20).map((n) => reserve(n, { path: down(['a']) })),
    ],
  ],
  [
    'ends at two leaves by turns, of which more stay open',
    [
      open(),
      ...numbers(4).map((n) => reserve(n, { path: down(['a']) })),
      ...numbers(2, 5).map((n) => reserve(n, { path: down(['b']) })),
      later(1),
      ...[1, 5, 2, 6].map((n) => settle(n)),
    ],
  ],
  [
    'ends of other kinds between, other leaves and other amounts',
    [
      open(),
      ...numbers(4).map((n) => reserve(n, { path: down(['a']) })),
      ...numbers(4, 5).map((n) => reserve(n, { path: down(['b']) })),
      settle(1),
      settle(2),
      settle(5),
      settle(3, { credits: 1 }),
      settle(6, { credits: 1 }),
      release(4),
      release(7),
      settle(8, { credits: 3 * CREDIT }),
    ],
  ],
  [
    'ends that upstream named, and an id that ends twice',
    [
      open(),
      ...numbers(6).map((n) => reserve(n, { path: down(['a']) })),
      settleNamed(1, 'x'),
      settleNamed(2),
      settleNamed(3, 'a, b'),
      settleNamed(3, 'c'),
      settleNamed(4, 'd'),
      settleNamed(9, 'e'),
      release(5),
      settleNamed(6, 'f'),
    ],
  ],
  [
    'a hold twice in one turn, the same and another, and limits of its own',
    [
      open({ limits: [limit(9), limit(30, 'calls')] }),
      ...[1, 2, 2, 3].map((n) => reserve(n, { path: down(['a'], [[], [limit(4), limit(7)]]) })),
      ...[4, 5].map((n) => reserve(n, { path: down(['a']) })),
      ...[6, 7, 8].map((n) => reserve(n, { path: down(['a'], [[], [limit(6)]]) })),
    ],
  ],
  [
    'corrected, and settled above what was held',
    [
      open({ limits: [limit(9)] }),
      ...numbers(3).map((n) => reserve(n, { ttlMs: 1_000, path: down(['a']) })),
      ...numbers(3, 4).map((n) => reserve(n, { path: down(['a']) })),
      later(1_000),
      sweep,
      ...numbers(6).map((n) => settle(n, { credits: 1 })),
      ...numbers(4, 10).map((n) => reserve(n, { path: down(['a']) })),
      ...numbers(4, 10).map((n) => settle(n, { credits: 2 * CREDIT, usd: 1 })),
    ],
  ],
  [
    'corrected beside what is open, where much was spent before',
    [
      open({ limits: [limit(20)] }),
      ...numbers(5, 20).map((n) => reserve(n, { path: down(['a']) })),
      ...numbers(5, 20).map((n) => settle(n)),
      ...numbers(3).map((n) => reserve(n, { ttlMs: 1_000, path: down(['a']) })),
      ...numbers(3, 4).map((n) => reserve(n, { path: down(['a']) })),
      later(1_000),
      sweep,
      ...numbers(6).map((n) => settle(n, { credits: 1 })),
    ],
  ],
];

export const alike: readonly Case[] = rows.map(([name, steps, maxHoldsPerRoot = 99]) => ({
  name: `alike in one turn: ${name}`,
  run: (store) =>
    walk(store, steps, { together: 9, isUnmixed: true, caps: { ...CAPS, maxHoldsPerRoot } }),
}));
