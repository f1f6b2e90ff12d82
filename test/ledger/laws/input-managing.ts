import type { By, Genesis, Ledger } from '../../../src/ledger/contract.js';
import { FAR_MS, path, request, rootOf } from '../fixtures.js';

/** One call with bad input: what it is, what the refusal names, and the call. */
export type Call = [
  what: string,
  named: RegExp,
  call: (ledger: Ledger, root: Genesis) => Promise<unknown>,
];

/** Loosens the types, as a caller from plain JavaScript does. */
export function malformed<T>(value: unknown): T {
  return value as T;
}

const BAD_COUNTS = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, 1n];
const BAD_TEXTS = ['', 'x'.repeat(129), 7, null];
const BAD_BY: readonly unknown[] = [
  null,
  'gateway',
  { kind: 'caller' },
  { kind: 'caller', account: 'main' },
  { kind: 'caller', account: '' },
];
const HASH = 'a'.repeat(64);
const START = { number: 0, hash: '' };
const BAD_HEADS: readonly unknown[] = [
  { number: -1, hash: HASH },
  { number: 0.5, hash: HASH },
  { number: 2 ** 53, hash: HASH },
  { number: '1', hash: HASH },
  { number: 1, hash: '' },
  { number: 1, hash: HASH.slice(1) },
  { number: 1, hash: 'A'.repeat(64) },
  { number: 1, hash: null },
  { number: 0, hash: HASH },
];

const resolving: Call[] = BAD_BY.flatMap((bad): Call[] => {
  const by = malformed<By>(bad);
  const shown = JSON.stringify(bad);
  return [
    [
      `settle: by ${shown}`,
      /by|account/,
      (l, root) => l.settle({ ...request(root), cost: {}, by }),
    ],
    [`release: by ${shown}`, /by|account/, (l, root) => l.release({ ...request(root), by })],
    [`extend: by ${shown}`, /by|account/, (l, root) => l.extend({ ...request(root), by })],
  ];
});

const said: Call[] = [
  ...BAD_TEXTS.map(
    (bad): Call => [
      `reserve: fingerprint ${String(bad).slice(0, 9)}`,
      /fingerprint/,
      (l, root) => l.reserve({ ...request(root), fingerprint: malformed(bad) }),
    ],
  ),
  [
    'reserve: owner',
    /owner.*"me"/,
    (l, root) => l.reserve({ ...request(root), owner: malformed('me') }),
  ],
  [
    'reserve: about nothing',
    /about/,
    (l, root) => l.reserve({ ...request(root), about: malformed(null) }),
  ],
  [
    'reserve: about a name too long',
    /name/,
    (l, root) => l.reserve({ ...request(root), about: { name: 'x'.repeat(257) } }),
  ],
  [
    'settle: upstream’s id too long',
    /requestId/,
    (l, root) => l.settle({ ...request(root), cost: {}, upstream: { requestId: 'x'.repeat(257) } }),
  ],
  [
    'settle: an unknown unit',
    /unit.*"eur"/,
    (l, root) => l.settle({ ...request(root), cost: malformed({ eur: 1 }) }),
  ],
  ...[malformed<string>(null), '', 'r1.main.x.y'].map(
    (reservation): Call => [
      `extend: id ${reservation}`,
      /reservation/,
      (l) => l.extend({ reservation, ttlMs: 1_000 }),
    ],
  ),
];

const operating: Call[] = [
  ...BAD_COUNTS.map(
    (bad): Call => [
      `activate: expiry ${String(bad)}`,
      /expiresAtMs/,
      (l, root) => l.activate({ kid: 'k1', path: path(root), expiresAtMs: malformed(bad) }),
    ],
  ),
  [
    'activate: kid',
    /kid/,
    (l, root) => l.activate({ kid: 'K1', path: path(root), expiresAtMs: FAR_MS }),
  ],
  ...BAD_TEXTS.flatMap((bad): Call[] => {
    const actor = malformed<string>(bad);
    return [
      [
        `control: actor ${String(bad).slice(0, 9)}`,
        /actor/,
        (l, root) => l.control({ account: rootOf(root), action: 'pause', actor }),
      ],
      [
        `topUp: actor ${String(bad).slice(0, 9)}`,
        /actor/,
        (l, root) =>
          l.topUp({
            account: rootOf(root),
            unit: 'credits',
            micros: 1,
            id: 'a'.repeat(32),
            actor,
          }),
      ],
    ];
  }),
];

const draining: Call[] = [
  ...BAD_COUNTS.flatMap((bad): Call[] => {
    const n = malformed<number>(bad);
    return [
      [`journal: after ${bad}`, /after/, (l) => l.journal({ tenant: 'main', after: n, max: 1 })],
      [`journal: max ${bad}`, /max/, (l) => l.journal({ tenant: 'main', after: 0, max: n })],
      [
        `trimJournal: through ${bad}`,
        /through/,
        (l) => l.trimJournal({ tenant: 'main', through: n }),
      ],
      [`lease: ttl ${bad}`, /ttlMs/, (l) => l.lease({ tenant: 'main', holder: 'a', ttlMs: n })],
    ];
  }),
  ...[999, 300_001].map(
    (ttlMs): Call => [
      `lease: ttl ${ttlMs}`,
      /ttlMs/,
      (l) => l.lease({ tenant: 'main', holder: 'a', ttlMs }),
    ],
  ),
  ...['', 'a b', 'x'.repeat(65), malformed<string>(null)].flatMap((holder): Call[] => [
    [`lease: holder ${holder}`, /holder/, (l) => l.lease({ tenant: 'main', holder, ttlMs: 0 })],
    [
      `moveHead: holder ${holder}`,
      /holder/,
      (l) => l.moveHead({ tenant: 'main', holder, from: START, to: { number: 1, hash: HASH } }),
    ],
  ]),
  ...BAD_HEADS.map(
    (bad): Call => [
      `moveHead: to ${JSON.stringify(bad)}`,
      /to/,
      (l) => l.moveHead({ tenant: 'main', holder: 'a', from: START, to: malformed(bad) }),
    ],
  ),
  [
    'moveHead: back',
    /to/,
    (l) => l.moveHead({ tenant: 'main', holder: 'a', from: { number: 1, hash: HASH }, to: START }),
  ],
  ...['', 'MAIN', 'a b', malformed<string>(null)].flatMap((tenant): Call[] => [
    [`trimJournal: tenant ${tenant}`, /tenant/, (l) => l.trimJournal({ tenant, through: 1 })],
    [`lease: tenant ${tenant}`, /tenant/, (l) => l.lease({ tenant, holder: 'a', ttlMs: 0 })],
    [
      `moveHead: tenant ${tenant}`,
      /tenant/,
      (l) => l.moveHead({ tenant, holder: 'a', from: START, to: { number: 1, hash: HASH } }),
    ],
  ]),
];

/** Of what an operation is told beside amounts and paths, and of those on the journal. */
export const MANAGING: readonly Call[] = [...resolving, ...said, ...operating, ...draining];
