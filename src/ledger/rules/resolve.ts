import { UNITS, type Vector, vectorOf } from '../../money/units.js';
import type {
  CallAbout,
  ReleaseRequest,
  ResolvedEntry,
  ResolveOutcome,
  ResolveRefusal,
  SettleRequest,
  Upstreamed,
} from '../contract.js';
import { accountAndAncestors, rootName, rootOfReservation } from '../ids.js';
import type { Writable } from '../writable.js';
import { climb } from './climb.js';
import { difference, sameVector } from './cost.js';
import { neverCharged, withParts } from './counters.js';
import { Draft, type EntryHead } from './draft.js';
import { isOwner } from './owner.js';
import type { Change, Decision, FinishedHold, OpenHold, Records, RootRecord } from './records.js';
import { callersDiffer } from './revocations.js';
import { type Clocks, timeOf } from './time.js';
import { shiftWindows } from './windows.js';

const NOTHING: Vector = { credits: 0, usd: 0, tokens: 0, calls: 0 };

/**
 * Charges what a hold really cost, above the hold too, and frees the rest (DESIGN §3, rules 5 to
 * 7). A hold that was presumed spent is corrected, once.
 */
export function settle(
  records: Records,
  { reservation, cost, by, upstream }: SettleRequest,
  clocks: Clocks,
): Decision<ResolveOutcome> {
  const root = records.root(rootOfReservation(reservation));
  if (root === undefined) return refuse('root_unknown');
  const differ = callersDiffer(root, by);
  if (differ !== undefined) return { outcome: differ, changes: [] };
  const hold = records.hold(reservation);
  if (hold === undefined || hold.state === 'topped_up') return refuse('reservation_unknown');
  if (!isOwner(hold, by)) return refuse('not_owner');
  const charged = asCharged(hold.granted, cost);
  if (hold.state === 'released') return refuse('already_resolved');
  if (hold.state === 'settled') {
    if (!sameVector(hold.charged, charged)) return refuse('already_resolved');
    return { outcome: { status: 'settled', charged, replayed: true }, changes: [] };
  }
  if (by?.kind === 'caller' && !within(charged, hold.granted)) return refuse('above_hold');
  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  const finished = finish(hold, 'settled', charged, draft.nowMs);
  const kind = hold.state === 'held' ? 'settled' : 'corrected';
  const said: Said = { kind, by: by?.kind ?? 'gateway', upstream };
  resolve(draft, hold, finished, said);
  return { outcome: { status: 'settled', charged, replayed: false }, changes: draft.changes };
}

/**
 * Gives a whole hold back, before its deadline (DESIGN §3, rules 5 and 6). An id never seen is
 * recorded as released, so that its late arrival is refused.
 */
export function release(
  records: Records,
  { reservation, by }: ReleaseRequest,
  clocks: Clocks,
): Decision<ResolveOutcome> {
  const root = records.root(rootOfReservation(reservation));
  if (root === undefined) return refuse('root_unknown');
  const differ = callersDiffer(root, by);
  if (differ !== undefined) return { outcome: differ, changes: [] };
  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  const hold = records.hold(reservation);
  const outcome = { status: 'released', charged: NOTHING, replayed: false } as const;
  if (hold === undefined) {
    if (by?.kind === 'caller') return refuse('reservation_unknown');
    mark(draft, reservation);
    return { outcome, changes: draft.changes };
  }
  if (hold.state === 'topped_up') return refuse('already_resolved');
  if (!isOwner(hold, by)) return refuse('not_owner');
  if (hold.state === 'released') return { outcome: { ...outcome, replayed: true }, changes: [] };
  if (hold.state !== 'held' || hold.deadlineMs <= draft.nowMs) return refuse('already_resolved');
  const finished = finish(hold, 'released', NOTHING, draft.nowMs);
  resolve(draft, hold, finished, { kind: 'released', by: by?.kind ?? 'gateway' });
  return { outcome, changes: draft.changes };
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
): readonly Change[] {
  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  presume(draft, hold);
  return draft.changes;
}

export function presume(draft: Draft, hold: OpenHold): void {
  const finished = finish(hold, 'presumed_spent', hold.granted, draft.nowMs);
  resolve(draft, hold, finished, { kind: 'presumed_spent', by: 'ledger' });
}

/** An id never seen is as good as released. It is no account's but the root's. */
function mark(draft: Draft, reservation: string): void {
  const next = draft.next();
  const hold = marked(reservation, rootName(draft.root().genesis), next);
  const said = { kind: 'released', by: 'gateway' } as const;
  draft.draw({ hold, entry: resolvedEntry(next, hold, said, undefined) });
}

export function marked(
  reservation: string,
  account: string,
  { timeMs, sequence }: Pick<EntryHead, 'timeMs' | 'sequence'>,
): FinishedHold {
  return {
    state: 'released',
    reservation,
    account,
    granted: {},
    charged: NOTHING,
    finishedAtMs: timeMs,
    createdMs: timeMs,
    sequence,
    owner: 'gateway',
  };
}

export function finish(
  hold: OpenHold | FinishedHold,
  state: FinishedHold['state'],
  charged: Vector,
  finishedAtMs: number,
): FinishedHold {
  const { reservation, account, granted, createdMs, sequence, owner, fingerprint, about } = hold;
  return {
    state,
    reservation,
    account,
    granted,
    charged,
    finishedAtMs,
    createdMs,
    sequence,
    owner,
    fingerprint,
    about: state === 'presumed_spent' ? about : undefined,
  };
}

interface Said extends Pick<ResolvedEntry, 'kind' | 'by'> {
  readonly upstream?: Upstreamed | undefined;
}

/** What changes when a hold's fate goes from `before` to `after`. */
function resolve(
  draft: Draft,
  before: OpenHold | FinishedHold,
  after: FinishedHold,
  said: Said,
): void {
  const wasOpen = before.state === 'held';
  const paid = wasOpen ? {} : before.charged;
  const spent = difference(after.charged, paid);
  const used = difference(after.charged, wasOpen ? before.granted : paid);
  const path = accountAndAncestors(before.account).map((name) => {
    const state = draft.account(name);
    // What was presumed to cost nothing may have left no account behind.
    if (state === undefined && !wasOpen) return neverCharged(name);
    if (state === undefined) {
      throw new Error(`reservation ${before.reservation}: its account ${name} is not in the store`);
    }
    return state;
  });
  const climbed = climb(path, { used, spent, openHolds: wasOpen ? -1 : 0 });
  const held = wasOpen ? difference({}, before.granted) : {};
  const accounts = climbed.map((state) => {
    const windows = shiftWindows(state.windows, before, { spent, held });
    return windows === state.windows ? state : withParts(state, { windows });
  });
  const entry = resolvedEntry(draft.next(), after, said, before.about);
  draft.draw({ accounts, hold: after, entry });
}

/** What it cost, and what was held in a unit of which nothing is said. */
function asCharged(granted: Vector, cost: Vector): Vector {
  const credits = cost.credits ?? granted.credits;
  const usd = cost.usd ?? granted.usd;
  const tokens = cost.tokens ?? granted.tokens;
  const calls = cost.calls ?? granted.calls;
  return vectorOf({ credits, usd, tokens, calls });
}

function resolvedEntry(
  { root, sequence, timeMs }: EntryHead,
  { account, reservation, granted, charged }: FinishedHold,
  { kind, by, upstream }: Said,
  about: CallAbout | undefined,
): ResolvedEntry {
  const entry: Writable<ResolvedEntry> = {
    kind,
    root,
    sequence,
    timeMs,
    account,
    reservation,
    granted,
    charged,
    by,
  };
  if (upstream !== undefined) entry.upstream = upstream;
  if (about !== undefined) entry.about = about;
  return entry;
}

function within(charged: Vector, granted: Vector): boolean {
  return UNITS.every((unit) => (charged[unit] ?? 0) <= (granted[unit] ?? 0));
}

function refuse(reason: ResolveRefusal['reason']): Decision<ResolveOutcome> {
  return { outcome: { status: 'refused', reason }, changes: [] };
}
