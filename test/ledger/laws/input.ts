import { describe, expect, it } from 'vitest';
import {
  type Genesis,
  LedgerInputError,
  MAX_PATH,
  MAX_TTL_MS,
  MIN_TTL_MS,
} from '../../../src/ledger/contract.js';
import type { Limit } from '../../../src/money/units.js';
import {
  CREDIT,
  carved,
  FAR_MS,
  genesis,
  limit,
  opened,
  path,
  price,
  request,
  rootOf,
} from '../fixtures.js';
import type { Subject } from '../subject.js';
import { type Call, MANAGING, malformed } from './input-managing.js';
import { SHARING } from './input-sharing.js';

const BAD_AMOUNTS = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, 1n];
const BAD_IDS = ['', 'r1.main.x.y', `r2.main.${'0'.repeat(32)}.${'0'.repeat(32)}`, null];

function reserveWith(what: string, named: RegExp, change: (root: Genesis) => object): Call {
  return [
    `reserve: ${what}`,
    named,
    (ledger, root) => ledger.reserve(malformed({ ...request(root), ...change(root) })),
  ];
}

function limited(overrides: object): (root: Genesis) => object {
  return (root) => ({ path: path(root, [], [[malformed({ ...limit(1), ...overrides })]]) });
}

function topUp(root: Genesis) {
  const account = rootOf(root);
  return { account, unit: 'credits', micros: 1, id: 'a'.repeat(32), actor: 'me' } as const;
}

const CALLS: Call[] = [
  ...MANAGING,
  ...SHARING,
  ...BAD_AMOUNTS.flatMap((bad): Call[] => [
    reserveWith(`cost ${String(bad)}`, /least in credits/, () => {
      const cost = { credits: bad, calls: CREDIT };
      return { cost: { least: cost, most: cost, steps: 0 } };
    }),
    reserveWith(`limit ${String(bad)}`, /limit in credits/, limited({ limitMicros: bad })),
    reserveWith(`ttl ${String(bad)}`, /ttlMs/, () => ({ ttlMs: bad })),
    reserveWith(`expiry ${String(bad)}`, /expiresAtMs/, () => ({ expiresAtMs: bad })),
    reserveWith(`steps ${String(bad)}`, /steps/, () => ({ cost: { ...price(1), steps: bad } })),
    [
      `settle: cost ${String(bad)}`,
      /cost in usd/,
      (ledger, root) =>
        ledger.settle({ ...request(root), cost: malformed({ credits: 1, usd: bad }) }),
    ],
    [
      `openRoot: expiry ${String(bad)}`,
      /expiresAtMs/,
      (ledger) => ledger.openRoot(genesis({ expiresAtMs: malformed(bad) })),
    ],
  ]),
  ...BAD_IDS.flatMap((bad): Call[] => [
    reserveWith(`id ${bad}`, /reservation/, () => ({ reservation: bad })),
    [
      `settle: id ${bad}`,
      /reservation/,
      (ledger) => ledger.settle({ reservation: malformed(bad), cost: {} }),
    ],
    [
      `release: id ${bad}`,
      /reservation/,
      (ledger) => ledger.release({ reservation: malformed(bad) }),
    ],
  ]),
  reserveWith('an id of another root', /reservation/, () => ({
    reservation: request(genesis()).reservation,
  })),
  reserveWith('a kid with a capital', /kid/, () => ({ kid: 'K1' })),
  reserveWith('no account', /path/, () => ({ path: [] })),
  reserveWith('a path that starts below the root', /path/, (root) => ({
    path: path(root, ['a']).slice(1),
  })),
  reserveWith('a path that skips a level', /path/, (root) => ({
    path: path(root, ['a', 'b']).filter((_, level) => level !== 1),
  })),
  reserveWith('a path that turns aside', /path/, (root) => ({
    path: [...path(root, ['a']), ...path(root, ['b', 'c']).slice(2)],
  })),
  reserveWith('one account twice', /path/, (root) => ({ path: [...path(root), ...path(root)] })),
  reserveWith('17 accounts', /path/, (root) => {
    const longest = path(root, Array(MAX_PATH - 1).fill('a'));
    return { path: [...longest, { account: `${longest.at(-1)?.account}/a`, limits: [] }] };
  }),
  reserveWith('a holder with a brace', /account/, (root) => ({ path: path(root, ['a{b}']) })),
  reserveWith('an unknown unit in a limit', /unit.*"eur"/, limited({ unit: 'eur' })),
  reserveWith('an unknown window', /window.*"year"/, limited({ window: 'year' })),
  reserveWith('a carved budget at the root', /carved.*true/, limited({ carved: true })),
  reserveWith('an unknown unit in the cost', /unit.*"eur"/, () => ({
    cost: price(1, malformed({ eur: 1 })),
  })),
  reserveWith('__proto__ as a unit', /unit.*"__proto__"/, () => ({
    cost: price(1, JSON.parse('{"__proto__":1}')),
  })),
  reserveWith('no calls', /calls/, () => ({
    cost: { least: { credits: 1 }, most: { credits: 1 }, steps: 0 },
  })),
  reserveWith('least and most in other units', /same units/, () => ({
    cost: { least: price(1).least, most: price(1, { usd: 1 }).most, steps: 1 },
  })),
  reserveWith('least above most', /least in credits/, () => ({
    cost: { least: price(2).least, most: price(1).most, steps: 1 },
  })),
  reserveWith('a range without steps', /steps/, () => ({
    cost: { least: price(1).least, most: price(2).most, steps: 0 },
  })),
  reserveWith('a range too wide for its steps', /below 2\^53/, () => ({
    cost: { least: { calls: 0 }, most: { calls: 2 ** 43 }, steps: 1_024 },
  })),
  reserveWith('a ttl too short', /ttlMs/, () => ({ ttlMs: MIN_TTL_MS - 1 })),
  reserveWith('a ttl too long', /ttlMs/, () => ({ ttlMs: MAX_TTL_MS + 1 })),
  ...(['tenant', 'rootId', 'kid', 'holder'] as const).map(
    (field): Call => [
      `openRoot: ${field} with a space`,
      new RegExp(field),
      (ledger) => ledger.openRoot(genesis({ [field]: 'a b' })),
    ],
  ),
  [
    'openRoot: a carved limit',
    /carved.*true/,
    (ledger) => ledger.openRoot(genesis({ limits: [{ ...limit(1), carved: true }] })),
  ],
  [
    'openRoot: a label that is no text',
    /label/,
    (ledger) => ledger.openRoot(genesis({ labels: malformed({ team: 7 }) })),
  ],
  reserveWith('an owner that is nobody', /owner.*"me"/, () => ({ owner: 'me' })),
  reserveWith('a fingerprint too long', /fingerprint/, () => ({ fingerprint: 'x'.repeat(65) })),
  reserveWith('what it is about without a name', /about's name/, () => ({ about: { name: '' } })),
  reserveWith('a tag that is no text', /tag task/, () => ({
    about: { name: 'x', tags: { task: 7 } },
  })),
  ...[
    ['carved after a plain limit', [limit(9), carved(5)]],
    ['carved in a unit that its parent does not limit', [carved(5, 'usd')]],
    ['carved in a window', [{ ...carved(5), window: 'day' as const }]],
  ].map(([what, own]) =>
    reserveWith(String(what), /carved.*true/, (root) => ({
      path: path(root, ['a'], [[limit(9)], own as Limit[]]).map((each) => ({
        ...each,
        carveEndsMs: FAR_MS,
      })),
    })),
  ),
  reserveWith('carved without an end', /carveEndsMs.*undefined/, (root) => ({
    path: path(root, ['a'], [[limit(9)], [carved(5)]]),
  })),
  reserveWith('carved until before the macaroon expires', /carveEndsMs/, (root) => ({
    path: path(root, ['a'], [[limit(9)], [carved(5)]]).map((each) => ({
      ...each,
      carveEndsMs: FAR_MS - 1,
    })),
  })),
  ...BAD_AMOUNTS.flatMap((bad): Call[] => [
    [
      `extend: ttl ${String(bad)}`,
      /ttlMs/,
      (ledger, root) => ledger.extend({ ...request(root), ttlMs: malformed(bad) }),
    ],
    [
      `topUp: micros ${String(bad)}`,
      /micros/,
      (ledger, root) => ledger.topUp({ ...topUp(root), micros: malformed(bad) }),
    ],
  ]),
  ['topUp: nothing', /micros/, (ledger, root) => ledger.topUp({ ...topUp(root), micros: 0 })],
  [
    'topUp: unit',
    /unit.*"eur"/,
    (ledger, root) => ledger.topUp({ ...topUp(root), unit: malformed('eur') }),
  ],
  ['topUp: id', /id/, (ledger, root) => ledger.topUp({ ...topUp(root), id: 'A'.repeat(32) })],
  ['topUp: actor', /actor/, (ledger, root) => ledger.topUp({ ...topUp(root), actor: '' })],
  [
    'settle: by nobody',
    /by.*"me"/,
    (ledger, root) => ledger.settle({ ...request(root), cost: {}, by: malformed({ kind: 'me' }) }),
  ],
  [
    'release: by no account',
    /account/,
    (ledger, root) => ledger.release({ ...request(root), by: { kind: 'caller', account: 'main' } }),
  ],
  [
    'control: action',
    /action.*"stop"/,
    (ledger, root) =>
      ledger.control({ account: rootOf(root), action: malformed('stop'), actor: 'x' }),
  ],
  [
    'control: account',
    /account/,
    (ledger) => ledger.control({ account: 'main', action: 'pause', actor: 'x' }),
  ],
  ['activate: path', /path/, (ledger, root) => ledger.activate({ ...request(root), path: [] })],
  ['journal: tenant', /tenant/, (ledger) => ledger.journal({ tenant: 'A', after: 0, max: 1 })],
  ['journal: after', /after/, (ledger) => ledger.journal({ tenant: 'a', after: -1, max: 1 })],
  ['journal: max', /max/, (ledger) => ledger.journal({ tenant: 'a', after: 0, max: 10_001 })],
  [
    'trimJournal: through',
    /through/,
    (ledger) => ledger.trimJournal({ tenant: 'a', through: Number.NaN }),
  ],
  ['balance: no account', /account/, (ledger) => ledger.balance('main')],
  [
    'tree: a trailing slash',
    /account/,
    (ledger, root) => ledger.tree({ account: `${rootOf(root)}/` }),
  ],
  ['tree: depth', /depth/, (ledger, root) => ledger.tree({ account: rootOf(root), depth: -1 })],
  [
    'tree: count',
    /maxAccounts/,
    (ledger, root) => ledger.tree({ account: rootOf(root), maxAccounts: 0 }),
  ],
  ['roots: count', /max/, (ledger) => ledger.roots(Number.NaN)],
  ['sweep: tenant', /tenant/, (ledger) => ledger.sweep('main{x}', 1)],
  ['sweep: batch', /batch/, (ledger) => ledger.sweep('main', 0.5)],
];

/** Bad input to every operation: a named refusal, and nothing has changed. */
export function inputLaws({ open }: Subject): void {
  describe('malformed input throws a LedgerInputError that names the field', () => {
    const operations = new Set(CALLS.map(([what]) => what.split(':')[0] ?? ''));

    it.each([...operations])('%s', async (operation) => {
      const ledger = await open();
      const root = await opened(ledger);
      const calls = CALLS.filter(([what]) => what.startsWith(`${operation}:`));
      expect(calls.length).toBeGreaterThan(0);
      for (const [what, named, call] of calls) {
        const error = await call(ledger, root).catch((thrown: unknown) => thrown);
        expect(error, what).toBeInstanceOf(LedgerInputError);
        expect(String(error), what).toMatch(named);
      }
      expect(await ledger.tree({ account: rootOf(root) })).toMatchObject({
        accounts: [{ account: rootOf(root), limitsLastSeen: [] }],
      });
      expect(await ledger.roots(2)).toHaveLength(1);
      const journal = await ledger.journal({ tenant: root.tenant, after: 0, max: 9 });
      expect(journal).toMatchObject({ nextNumber: 2, trimmedThrough: 0 });
    });
  });
}
