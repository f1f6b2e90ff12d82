import { CREDIT, limit, price } from '../../fixtures.js';
import type { Step } from '../../sequences.js';
import type { Case } from '../case.js';
import { type WalkOptions, walk } from '../walk.js';
import {
  activate,
  balance,
  carved,
  control,
  down,
  open,
  release,
  reserve,
  settle,
  sweep,
  topUp,
  windowed,
} from './steps.js';

/** Accounts leave with the last thing that there is to say of them (`rules/stored.ts`). */

const NOTHING = price(0, { calls: 0 });
const TOP_UP = 'a'.repeat(32);
const AB = down(['a', 'b'], [[], [windowed(5, 'hour')]]);
const free = (n: number, path = AB) => reserve(n, { path, cost: NOTHING });

/** What keeps an account, and the end of that. */
const reasons: [name: string, its: readonly Step[], ends: readonly Step[]][] = [
  ['another hold', [free(2)], [settle(2)]],
  ['one below it', [control('pause', 'a', 'b', 'c')], [control('resume', 'a', 'b', 'c')]],
  ['one below it that stays', [control('pause', 'a', 'b', 'c')], []],
  ['its standing', [control('pause', 'a', 'b')], [control('resume', 'a', 'b')]],
  ['a top-up', [topUp(TOP_UP, CREDIT, { holders: ['a', 'b'] })], []],
  [
    'what is set aside',
    [activate(down(['a', 'b'], [[limit(10)], [limit(5)], [carved(1)]]))],
    [control('close', 'a')],
  ],
  [
    'the least that it has spent',
    [reserve(2, { path: AB, cost: price(0, { tokens: 1, calls: 0 }) }), settle(2)],
    [],
  ],
  [
    'the least that it holds',
    [reserve(2, { path: AB, cost: price(0, { usd: 1, calls: 0 }) })],
    [release(2)],
  ],
];

const ROOMY = { maxAccountsPerRoot: 30, maxHoldsPerRoot: 30 };

type Row = readonly [name: string, steps: readonly Step[], options?: WalkOptions];

const rows: Row[] = [
  ...reasons.flatMap(([name, its, ends]): Row[] =>
    [1, 3].map((together) => [
      `an account stays for ${name}, ${together} at once`,
      [open(), free(1), ...its, settle(1), ...ends, balance('a', 'b'), free(3), release(3)],
      { together, caps: ROOMY },
    ]),
  ),
  ...[1, 2, 8].map(
    (together): Row => [
      `names that cost nothing take no place, ${together} at once`,
      [
        open(),
        ...['a', 'b', 'c', 'd'].flatMap((name, n) => [
          free(2 * n + 1, down([name])),
          free(2 * n + 2, down([name])),
          settle(2 * n + 1),
          settle(2 * n + 2),
        ]),
      ],
      { together, caps: { maxAccountsPerRoot: 5, maxHoldsPerRoot: 20 } },
    ],
  ),
  ...(['settle', 'release'] as const).map(
    (how): Row => [
      `comes again in the call in which it left, by a ${how}`,
      [
        open(),
        free(1),
        how === 'settle' ? settle(1) : release(1),
        reserve(2, { path: AB }),
        settle(2),
        free(3, down(['a', 'c'])),
        settle(3),
      ],
      { together: 8, caps: ROOMY },
    ],
  ),
  [
    'a late settle of one that was presumed to cost nothing',
    [
      open(),
      reserve(1, { path: AB, cost: NOTHING, ttlMs: 1_000 }),
      reserve(2, { path: AB, cost: NOTHING, ttlMs: 1_000 }),
      { kind: 'time', byMs: 1_001 },
      sweep,
      settle(1, { credits: 0 }),
      settle(2, { credits: 7 }),
    ],
    { caps: ROOMY },
  ],
];

export const leaving: readonly Case[] = rows.map(([name, steps, options]) => ({
  name,
  run: (store) => walk(store, steps, options),
}));
