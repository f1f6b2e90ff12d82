import fc from 'fast-check';
import type {
  ActivateRequest,
  ControlRequest,
  ExtendRequest,
  Genesis,
  JournalRequest,
  LeaseRequest,
  Ledger,
  MoveHeadRequest,
  ReleaseRequest,
  ReserveRequest,
  RevokeMacaroonRequest,
  SettleRequest,
  TopUpRequest,
  TreeRequest,
  TrimRequest,
} from '../../src/ledger/contract.js';
import type { SharedOperation } from '../../src/ledger/sqlite/protocol.js';
import { CREDIT, rootOf } from './fixtures.js';
import {
  account,
  actual,
  anyUnit,
  asked,
  by,
  ROOTS,
  reservation,
  reserveRequest,
  root,
  topUpId,
  ttlMs,
} from './sequence-parts.js';

export { ROOTS, START_MS } from './sequence-parts.js';

/** One call of a random history. */
export type LedgerCall =
  | { readonly kind: 'openRoot'; readonly genesis: Genesis }
  | { readonly kind: 'reserve'; readonly request: ReserveRequest }
  | { readonly kind: 'settle'; readonly request: SettleRequest }
  | { readonly kind: 'release'; readonly request: ReleaseRequest }
  | { readonly kind: 'extend'; readonly request: ExtendRequest }
  | { readonly kind: 'activate'; readonly request: ActivateRequest }
  | { readonly kind: 'control'; readonly request: ControlRequest }
  | { readonly kind: 'revokeMacaroon'; readonly request: RevokeMacaroonRequest }
  | { readonly kind: 'topUp'; readonly request: TopUpRequest }
  | { readonly kind: 'journal'; readonly request: JournalRequest }
  | { readonly kind: 'lease'; readonly request: LeaseRequest }
  | { readonly kind: 'moveHead'; readonly request: MoveHeadRequest }
  | { readonly kind: 'trimJournal'; readonly request: TrimRequest }
  | { readonly kind: 'sweep'; readonly tenant: string; readonly batch: number }
  | { readonly kind: 'balance'; readonly account: string }
  | { readonly kind: 'tree'; readonly request: TreeRequest }
  | { readonly kind: 'roots'; readonly max: number }
  | { readonly kind: 'tenants' }
  | { readonly kind: 'ping' }
  | SharedOperation;

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

/** What one call in so many is. */
type Weighted = fc.WeightedArbitrary<Step>;

const tenant = fc.constantFrom('main', 'acme', 'nobody');
const drainer = fc.constantFrom('gateway-1', 'gateway-1', 'gateway-2');

const always: Weighted[] = [
  { weight: 1, arbitrary: root.map((genesis): Step => ({ kind: 'openRoot', genesis })) },
  {
    weight: 1,
    arbitrary: root.map((of): Step => ({ kind: 'openRoot', genesis: { ...of, holder: 'other' } })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('sweep' as const),
      tenant,
      batch: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: account.map((name): Step => ({ kind: 'balance', account: name })) },
  {
    weight: 1,
    arbitrary: fc
      .record(
        {
          account,
          after: account,
          depth: fc.nat({ max: 3 }),
          maxAccounts: fc.integer({ min: 1, max: 4 }),
        },
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
];

const holding: Weighted[] = [
  {
    weight: 15,
    arbitrary: root
      .chain((of) => reserveRequest(of))
      .map((request): Step => ({ kind: 'reserve', request })),
  },
  {
    weight: 5,
    arbitrary: root
      .chain((of) => fc.tuple(fc.record({ reservation: reservation(of), cost: actual }), by(of)))
      .map(([ends, who]): Step => ({ kind: 'settle', request: { ...ends, ...who } })),
  },
  {
    weight: 3,
    arbitrary: root
      .chain((of) => fc.tuple(reservation(of), by(of)))
      .map(([id, who]): Step => ({ kind: 'release', request: { reservation: id, ...who } })),
  },
];

const managing: Weighted[] = [
  {
    weight: 2,
    arbitrary: root
      .chain((of) => fc.tuple(fc.record({ reservation: reservation(of), ttlMs }), by(of)))
      .map(([ends, who]): Step => ({ kind: 'extend', request: { ...ends, ...who } })),
  },
  {
    weight: 3,
    arbitrary: root
      .chain((of) => asked(of))
      .map((request): Step => ({ kind: 'activate', request })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        account,
        action: fc.constantFrom('pause', 'pause', 'resume', 'resume', 'resume', 'revoke', 'close'),
        actor: fc.constant('operator'),
      })
      .map((request) => ({ kind: 'control', request }) as Step),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        account,
        unit: anyUnit,
        micros: fc.constantFrom(CREDIT, 3 * CREDIT, 2 ** 52),
        id: topUpId,
        actor: fc.constant('operator'),
      })
      .map((request): Step => ({ kind: 'topUp', request })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ tenant, after: fc.nat({ max: 20 }), max: fc.integer({ min: 1, max: 50 }) })
      .map((request): Step => ({ kind: 'journal', request })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ tenant, through: fc.nat({ max: 20 }) })
      .map((request): Step => ({ kind: 'trimJournal', request })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ tenant, holder: drainer, ttlMs: fc.constantFrom(0, 60_000, 60_000) })
      .map((request): Step => ({ kind: 'lease', request })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        tenant,
        holder: drainer,
        from: fc.constantFrom(0, 0, 0, 1, 2).map(headAt),
        to: fc.constantFrom(3, 4, 20).map(headAt),
      })
      .map((request): Step => ({ kind: 'moveHead', request })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(20_000, 60_000, 60_000, 3_600_000, 3_600_000, 86_400_000, -60_000)
      .map((byMs): Step => ({ kind: 'time', byMs })),
  },
];

/** Some hash for each number: the store takes any. */
function headAt(number: number) {
  return { number, hash: number === 0 ? '' : number.toString(16).padStart(64, '0') };
}

/** A history: roots are opened early, so that most steps meet one. */
export const history: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.subarray([...ROOTS], { minLength: 2 }),
    fc.array(fc.oneof(...always, ...holding, ...managing), {
      minLength: 1,
      maxLength: 60,
      size: 'max',
    }),
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
    case 'extend':
      return ledger.extend(call.request);
    case 'activate':
      return ledger.activate(call.request);
    case 'control':
      return ledger.control(call.request);
    case 'revokeMacaroon':
      return ledger.revokeMacaroon(call.request);
    case 'topUp':
      return ledger.topUp(call.request);
    case 'journal':
      return ledger.journal(call.request);
    case 'lease':
      return ledger.lease(call.request);
    case 'moveHead':
      return ledger.moveHead(call.request);
    case 'trimJournal':
      return ledger.trimJournal(call.request);
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
    case 'remember':
      return ledger.shared.remember(call.request);
    case 'recall':
      return ledger.shared.recall(call.request);
    case 'enter':
      return ledger.shared.enter(call.request);
    case 'leave':
      return ledger.shared.leave(call.request);
    case 'refuseNames':
      return ledger.shared.refuseNames(call.request);
    case 'refusedNames':
      return ledger.shared.refusedNames(call.tenant);
  }
}
