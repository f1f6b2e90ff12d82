import fc from 'fast-check';
import type {
  Genesis,
  Ledger,
  ReleaseRequest,
  ReserveRequest,
  SettleRequest,
  TreeRequest,
} from '../../src/ledger/contract.js';
import { newReservationId } from '../../src/ledger/ids.js';
import type { Limit, Vector } from '../../src/money/units.js';
import { CREDIT, path, rootOf } from './fixtures.js';

/** One call of a random history. */
export type LedgerCall =
  | { readonly kind: 'openRoot'; readonly genesis: Genesis }
  | { readonly kind: 'reserve'; readonly request: ReserveRequest }
  | { readonly kind: 'settle'; readonly request: SettleRequest }
  | { readonly kind: 'release'; readonly request: ReleaseRequest }
  | { readonly kind: 'sweep'; readonly tenant: string; readonly batch: number }
  | { readonly kind: 'balance'; readonly account: string }
  | { readonly kind: 'tree'; readonly request: TreeRequest }
  | { readonly kind: 'roots'; readonly max: number }
  | { readonly kind: 'tenants' }
  | { readonly kind: 'ping' };

/** A call, or the passing of time between calls. */
export type Step =
  | LedgerCall
  /** The store's clock moves by so much, back too. */
  | { readonly kind: 'time'; readonly byMs: number }
  /** From here on the gateway's clock lags behind the store's by so much. */
  | { readonly kind: 'lag'; readonly ms: number };

/**
 * Small on purpose, so that histories meet every limit, cap and id more than once; and all times
 * are in half seconds, so that they meet deadlines to the millisecond.
 */
export const SMALL = { retainMs: 4_000, maxAccountsPerRoot: 6, maxHoldsPerRoot: 3 };
export const START_MS = 1_800_000_000_000;

const ROOTS: Genesis[] = [
  ['main', '0', 20],
  ['main', '1', 2 ** 32],
  ['acme', '2', 6],
].map(([tenant, digit, credits]) => ({
  tenant: String(tenant),
  rootId: String(digit).repeat(32),
  kid: 'k1',
  holder: 'operator',
  limits: [
    { unit: 'credits', window: 'life', limitMicros: Number(credits) * CREDIT, carved: false },
  ],
  expiresAtMs: START_MS + 40_000,
  labels: { digit: String(digit) },
}));

const root = fc.constantFrom(...ROOTS);
const holders = fc.array(fc.constantFrom('a', 'a', 'b', 'a-1'), { maxLength: 3 });
const amount = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 6 }).map((n) => n * CREDIT) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 9_999_999 }) },
  { weight: 2, arbitrary: fc.constantFrom(2 ** 52, 2 ** 53 - 1) },
);
const limit: fc.Arbitrary<Limit> = fc.record({
  unit: fc.constantFrom('credits', 'credits', 'calls', 'calls', 'usd'),
  window: fc.constant('life'),
  limitMicros: amount,
  carved: fc.constant(false),
});
const limits = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Limit[]>([]) },
  { weight: 2, arbitrary: fc.array(limit, { maxLength: 2 }) },
);

/** A range whose (most − least) × steps stays below 2^53. */
const cost = fc
  .record({
    more: fc.subarray<'usd' | 'tokens'>(['usd', 'tokens']),
    known: fc.constantFrom(true, true, true, true, false),
    pairs: fc.array(fc.tuple(amount, amount), { minLength: 4, maxLength: 4 }),
    steps: fc.integer({ min: 0, max: 7 }),
  })
  .map(({ more, known, pairs, steps }) => {
    const units = known ? (['credits', ...more] as const) : more;
    const least: Record<string, number> = { calls: CREDIT };
    const most: Record<string, number> = { calls: CREDIT };
    units.forEach((unit, i) => {
      const [a = 0, b = 0] = pairs[i] ?? [];
      const fixed = steps === 0 || !Number.isSafeInteger(Math.abs(a - b) * steps);
      least[unit] = fixed ? a : Math.min(a, b);
      most[unit] = fixed ? a : Math.max(a, b);
    });
    return { least, most, steps };
  });

const actual: fc.Arbitrary<Vector> = fc.record(
  { credits: amount, usd: amount, tokens: amount, calls: amount },
  { requiredKeys: [] },
);

/** Few ids, so that they come again: for the same cost, for another, and once resolved. */
const reservation = (of: Genesis) =>
  fc
    .integer({ min: 0, max: 5 })
    .map((n) => newReservationId(of.tenant, of.rootId, new Uint8Array(16).fill(n)));

const reserve = root.chain((of) =>
  fc
    .record({
      reservation: reservation(of),
      kid: fc.constantFrom('k1', 'k1', 'k1', 'k1', 'k1', 'k1', 'k1', 'k2'),
      holders,
      limits: fc.array(limits, { minLength: 4, maxLength: 4 }),
      cost,
      expiresAtMs: fc.constantFrom(START_MS + 3_000, START_MS + 25_000, START_MS + 90_000),
      owner: fc.constant('gateway' as const),
      ttlMs: fc.integer({ min: 2, max: 10 }).map((halves) => halves * 500),
    })
    .map(
      ({ holders: names, limits: each, ...request }): Step => ({
        kind: 'reserve',
        request: { ...request, path: path(of, names, each) },
      }),
    ),
);

const account = fc.tuple(root, holders).map(([of, names]) => [rootOf(of), ...names].join('/'));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: root.map((genesis): Step => ({ kind: 'openRoot', genesis })) },
  {
    weight: 1,
    arbitrary: root.map((of): Step => ({ kind: 'openRoot', genesis: { ...of, holder: 'other' } })),
  },
  { weight: 15, arbitrary: reserve },
  {
    weight: 5,
    arbitrary: root
      .chain((of) => fc.record({ reservation: reservation(of), cost: actual }))
      .map((request): Step => ({ kind: 'settle', request })),
  },
  {
    weight: 3,
    arbitrary: root
      .chain((of) => fc.record({ reservation: reservation(of) }))
      .map((request): Step => ({ kind: 'release', request })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('sweep' as const),
      tenant: fc.constantFrom('main', 'acme', 'nobody'),
      batch: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: account.map((name): Step => ({ kind: 'balance', account: name })) },
  {
    weight: 1,
    arbitrary: fc
      .record(
        { account, depth: fc.nat({ max: 3 }), maxAccounts: fc.integer({ min: 1, max: 4 }) },
        { requiredKeys: ['account'] },
      )
      .map((request): Step => ({ kind: 'tree', request })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 3 }).map((max): Step => ({ kind: 'roots', max })),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'tenants' }, { kind: 'ping' }) },
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: -6, max: 8 })
      .map((halves): Step => ({ kind: 'time', byMs: halves * 500 })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 0, 0, 300_000, 300_001).map((ms): Step => ({ kind: 'lag', ms })),
  },
);

/** A history: roots are opened early, so that most steps meet one. */
export const history: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.subarray(ROOTS, { minLength: 2 }),
    fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
  )
  .map(([first, rest]) => [
    ...first.map((genesis): Step => ({ kind: 'openRoot', genesis })),
    ...rest,
  ]);

export const ALL_ROOTS: readonly string[] = ROOTS.map(rootOf);

export function perform(ledger: Ledger, call: LedgerCall) {
  switch (call.kind) {
    case 'openRoot':
      return ledger.openRoot(call.genesis);
    case 'reserve':
      return ledger.reserve(call.request);
    case 'settle':
      return ledger.settle(call.request);
    case 'release':
      return ledger.release(call.request);
    case 'sweep':
      return ledger.sweep(call.tenant, call.batch);
    case 'balance':
      return ledger.balance(call.account);
    case 'tree':
      return ledger.tree(call.request);
    case 'roots':
      return ledger.roots(call.max);
    case 'tenants':
      return ledger.tenants();
    case 'ping':
      return ledger.ping();
  }
}
