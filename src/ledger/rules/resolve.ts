import { type Micros, UNITS, type Unit, type Vector } from '../../money/units.js';
import type {
  AccountState,
  ReleaseRequest,
  ResolveOutcome,
  ResolveRefusal,
  SettleRequest,
} from '../contract.js';
import { accountAndAncestors, parseReservationId } from '../ids.js';
import { sameVector } from './cost.js';
import { type Move, moved } from './counters.js';
import type {
  Change,
  Decision,
  FinishedHold,
  HoldRecord,
  OpenHold,
  Records,
  RootRecord,
  Shift,
} from './records.js';
import { type Clocks, timeOf } from './time.js';

const NOTHING: Vector = { credits: 0, usd: 0, tokens: 0, calls: 0 };

/**
 * Charges what a hold really cost, above the hold too, and frees the rest (DESIGN §3, rules 5 to
 * 7). A hold that was presumed spent is corrected, once.
 */
export function settle(
  records: Records,
  request: SettleRequest,
  clocks: Clocks,
): Decision<ResolveOutcome> {
  const { reservation } = request;
  const root = records.root(rootOf(reservation));
  if (root === undefined) return refuse('root_unknown');
  const hold = records.hold(reservation);
  if (hold === undefined) return refuse('reservation_unknown');
  const charged = { ...hold.granted, ...request.cost };
  if (hold.state === 'released') return refuse('already_resolved');
  if (hold.state === 'settled') {
    if (!sameVector(hold.charged, charged)) return refuse('already_resolved');
    return { outcome: { status: 'settled', charged, replayed: true } };
  }
  const finished = finish(hold, 'settled', charged, timeOf(clocks, root.clockMs));
  const change = resolved(records, root, hold, finished);
  if (change === undefined) return refuse('amount_overflow');
  return { outcome: { status: 'settled', charged, replayed: false }, change };
}

/**
 * Gives a whole hold back, before its deadline (DESIGN §3, rules 5 and 6). An id never seen is
 * recorded as released, so that its late arrival is refused.
 */
export function release(
  records: Records,
  { reservation }: ReleaseRequest,
  clocks: Clocks,
): Decision<ResolveOutcome> {
  const rootName = rootOf(reservation);
  const root = records.root(rootName);
  if (root === undefined) return refuse('root_unknown');
  const nowMs = timeOf(clocks, root.clockMs);
  const hold = records.hold(reservation);
  const outcome = { status: 'released', charged: NOTHING, replayed: false } as const;
  if (hold === undefined) {
    const mark = { reservation, account: rootName, granted: {} };
    return {
      outcome,
      change: { ...stamped(root, nowMs), hold: finish(mark, 'released', NOTHING, nowMs) },
    };
  }
  if (hold.state === 'released') return { outcome: { ...outcome, replayed: true } };
  if (hold.state !== 'held' || hold.deadlineMs <= nowMs) return refuse('already_resolved');
  const change = resolved(records, root, hold, finish(hold, 'released', NOTHING, nowMs));
  return change === undefined ? refuse('amount_overflow') : { outcome, change };
}

/**
 * Charges in full a hold whose deadline has passed: its outcome is unknown, and an unknown outcome
 * is spent (DESIGN §3, rule 6).
 */
export function presumeSpent(
  records: Records,
  root: RootRecord,
  hold: OpenHold,
  clocks: Clocks,
): Change | undefined {
  const nowMs = timeOf(clocks, root.clockMs);
  return resolved(records, root, hold, finish(hold, 'presumed_spent', hold.granted, nowMs));
}

function finish(
  { reservation, account, granted }: Pick<HoldRecord, 'reservation' | 'account' | 'granted'>,
  state: FinishedHold['state'],
  charged: Vector,
  finishedAtMs: number,
): FinishedHold {
  return { state, reservation, account, granted, charged, finishedAtMs };
}

/** What changes when a hold's fate goes from `before` to `after`; undefined on an overflow. */
function resolved(
  records: Records,
  root: RootRecord,
  before: HoldRecord,
  after: FinishedHold,
): Change | undefined {
  const wasOpen = before.state === 'held';
  const move: Move = {
    spent: difference(after.charged, wasOpen ? {} : before.charged),
    held: wasOpen ? difference({}, before.granted) : {},
  };
  const accounts: AccountState[] = [];
  for (const name of accountAndAncestors(before.account)) {
    const state = records.account(name);
    if (state === undefined) {
      throw new Error(`reservation ${before.reservation}: its account ${name} is not in the store`);
    }
    const counters = moved(state, move);
    if (counters === undefined) return undefined;
    accounts.push({ ...state, counters });
  }
  const stamp = stamped(root, after.finishedAtMs);
  const openHolds = root.openHolds - (wasOpen ? 1 : 0);
  return { root: { ...stamp.root, openHolds }, accounts, hold: after };
}

/** A change of the root's sequence and clock, and nothing else yet. */
function stamped(root: RootRecord, nowMs: number): Pick<Change, 'root' | 'accounts'> {
  return { root: { ...root, sequence: root.sequence + 1, clockMs: nowMs }, accounts: [] };
}

function difference(a: Vector, b: Vector): Shift {
  const shift: { [U in Unit]?: Micros } = {};
  for (const unit of UNITS) {
    const by = (a[unit] ?? 0) - (b[unit] ?? 0);
    if (by !== 0) shift[unit] = by;
  }
  return shift;
}

function rootOf(reservation: string): string {
  const named = parseReservationId(reservation);
  return named === undefined ? '' : `${named.tenant}/${named.rootId}`;
}

function refuse(reason: ResolveRefusal['reason']): Decision<ResolveOutcome> {
  return { outcome: { status: 'refused', reason } };
}
