import type { Vector } from '../../money/units.js';
import type {
  Held,
  HeldEntry,
  LimitState,
  ReserveOutcome,
  ReserveRequest,
  TrackedWindow,
} from '../contract.js';
import type { Writable } from '../writable.js';
import { largestGrant, refusalOf } from './admit.js';
import { anyPastEnd, endPast, raiseOf } from './carves.js';
import { climb } from './climb.js';
import { endDue } from './closing.js';
import { costAt, isAsAsked, sameCost } from './cost.js';
import { withParts } from './counters.js';
import { Draft, type EntryHead } from './draft.js';
import { type BoundAccount, boundPath, limitStates, statesOf } from './limits.js';
import type {
  Caps,
  Decision,
  HoldRecord,
  OpenHold,
  Records,
  RootRecord,
  Shift,
} from './records.js';
import { revocationsDiffer } from './revocations.js';
import { holdRefusal } from './shares.js';
import { notOpen } from './standing.js';
import { type Clocks, isBelieved, timeOf } from './time.js';
import { withinShare } from './unlimited.js';
import { shiftWindows } from './windows.js';

const NOTHING: Shift = {};

/**
 * Holds the most that fits on every account of the path, or refuses and changes nothing
 * (DESIGN §3, rules 1 to 5, 8 to 10 and 12). Refusals are looked for in the contract's order.
 */
export function reserve(
  records: Records,
  request: ReserveRequest,
  clocks: Clocks,
  caps: Caps,
): Decision<ReserveOutcome> {
  const rootName = request.path[0]?.account ?? '';
  const leaf = request.path.at(-1)?.account ?? '';
  const root = records.root(rootName);
  if (root === undefined) return refuse('root_unknown', rootName);
  if (!isBelieved(clocks)) return refuse('clock_ahead', rootName);
  const nowMs = timeOf(clocks, root.clockMs);

  const differ = revocationsDiffer(root, request.revocations);
  if (differ !== undefined) return { outcome: differ, changes: [] };
  const known = records.hold(request.reservation);
  if (known !== undefined) return again(records, request, root, known, nowMs);
  if (request.kid !== root.genesis.kid) return refuse('kid_mismatch', rootName);
  if (nowMs >= Math.min(request.expiresAtMs, root.genesis.expiresAtMs)) {
    return refuse('expired', leaf);
  }
  const path = boundPath(records, request.path, root, nowMs);
  const barred = notOpen(statesOf(path));
  if (barred !== undefined) return refuse(barred.reason, barred.account);
  const unknown = unknownUnit(path, request.cost.least);
  if (unknown !== undefined) return { outcome: unknown, changes: [] };
  const crowded = holdRefusal(path, caps);
  if (crowded !== undefined) return refuse(crowded.reason, crowded.account);
  return afford(new Draft(records, root, nowMs), request, path);
}

function unknownUnit(path: readonly BoundAccount[], cost: Vector): ReserveOutcome | undefined {
  for (const { state, limits } of path) {
    for (const { unit } of limits) {
      if (cost[unit] !== undefined) continue;
      return { status: 'refused', reason: 'unit_unknown', account: state.account, unit };
    }
  }
  return undefined;
}

/**
 * What is past its end is given back before it refuses anybody, and before the account that it was
 * set aside for is charged again.
 */
function afford(
  draft: Draft,
  request: ReserveRequest,
  path: readonly BoundAccount[],
): Decision<ReserveOutcome> {
  const asNow = () => boundPath(draft, request.path, draft.root(), draft.nowMs);
  const states = statesOf(path);
  const hasEnded = anyPastEnd(states, draft.nowMs) && endPast(draft, states) > 0;
  let outcome = make(draft, request, hasEnded ? asNow() : path);
  const poor = outcome.status === 'refused' && outcome.reason === 'budget_exhausted';
  if (poor && endDue(draft) > 0) outcome = make(draft, request, asNow());
  return { outcome, changes: draft.changes };
}

/** The hold and everything that it changes, drawn into the draft; or why it can't be afforded. */
function make(
  draft: Draft,
  request: ReserveRequest,
  path: readonly BoundAccount[],
): ReserveOutcome {
  const root = draft.root();
  const raise = raiseOf(path, root);
  const cost = withinShare(request.cost, path);
  const refusal = refusalOf(path, cost.least, raise.carves);
  if (refusal !== undefined) return refusal;

  const step = largestGrant(path, cost);
  const granted = costAt(cost, step);
  const hold = newHold(request, { step, granted }, draft);
  const climbed = climb(
    statesOf(path),
    { used: granted, spent: NOTHING, openHolds: 1 },
    raise.carves,
  );
  const accounts = climbed.map((state, level) => {
    const windows = shiftWindows(state.windows, hold, { spent: NOTHING, held: granted });
    const limitsLastSeen = request.path[level]?.limits ?? [];
    const isSame = windows === state.windows && limitsLastSeen === state.limitsLastSeen;
    return isSame ? state : withParts(state, { windows, limitsLastSeen });
  });
  const { setAside } = raise;
  const entry = heldEntry(draft.next(), hold, { tracked: newlyTracked(draft, path), setAside });
  draft.draw({ accounts, hold, entry });
  return held(hold, limitStates(path, accounts), root, false);
}

function newHold(
  request: ReserveRequest,
  { step, granted }: Pick<OpenHold, 'step' | 'granted'>,
  draft: Draft,
): OpenHold {
  const { reservation, path, cost, ttlMs, owner, fingerprint, about } = request;
  return {
    state: 'held',
    reservation,
    account: path.at(-1)?.account ?? '',
    cost,
    step,
    granted,
    deadlineMs: draft.nowMs + ttlMs,
    createdMs: draft.nowMs,
    sequence: draft.root().sequence + 1,
    owner,
    fingerprint,
    about,
  };
}

/** All of a hold that its entry does not say by its place and time. */
function heldEntry(
  { root, sequence, timeMs }: EntryHead,
  hold: OpenHold,
  { tracked, setAside }: Pick<HeldEntry, 'tracked' | 'setAside'>,
): HeldEntry {
  const { reservation, account, granted, deadlineMs, owner, cost, step } = hold;
  const { fingerprint, about } = hold;
  const entry: Writable<HeldEntry> = {
    kind: 'held',
    root,
    sequence,
    timeMs,
    account,
    reservation,
    owner,
    granted,
    deadlineMs,
    tracked,
    setAside,
  };
  if (!isAsAsked(hold)) entry.range = { cost, step };
  if (fingerprint !== undefined) entry.fingerprint = fingerprint;
  if (about !== undefined) entry.about = about;
  return entry;
}

function newlyTracked(draft: Draft, path: readonly BoundAccount[]): TrackedWindow[] {
  const tracked: TrackedWindow[] = [];
  for (const { account, windows } of statesOf(path)) {
    if (windows.length === 0) continue;
    const before = draft.account(account)?.windows ?? [];
    if (windows.length === before.length) continue;
    for (const { unit, window } of windows) {
      const isKnown = before.some((its) => its.unit === unit && its.window === window);
      if (!isKnown) tracked.push({ account, unit, window });
    }
  }
  return tracked;
}

/** An id seen before: the answer given then, or a refusal. Nothing is added either way. */
function again(
  records: Records,
  request: ReserveRequest,
  root: RootRecord,
  known: HoldRecord,
  nowMs: number,
): Decision<ReserveOutcome> {
  const leaf = request.path.at(-1)?.account ?? '';
  if (known.state === 'topped_up') return refuse('id_conflict', leaf);
  const { fingerprint } = known;
  if (known.state !== 'held' || known.deadlineMs <= nowMs) {
    const other = fingerprint !== undefined && fingerprint !== request.fingerprint;
    return refuse(other ? 'id_conflict' : 'already_resolved', leaf);
  }
  const same =
    known.account === leaf &&
    known.owner === request.owner &&
    fingerprint === request.fingerprint &&
    sameCost(known.cost, request.cost);
  if (!same) return refuse('id_conflict', leaf);
  const path = boundPath(records, request.path, root, nowMs);
  return { outcome: held(known, limitStates(path), root, true), changes: [] };
}

function held(
  { step, granted, deadlineMs }: OpenHold,
  limits: readonly LimitState[],
  { genesis }: RootRecord,
  replayed: boolean,
): Held {
  return { status: 'held', step, granted, deadlineMs, limits, labels: genesis.labels, replayed };
}

type PlainReason = Exclude<
  Extract<ReserveOutcome, { readonly status: 'refused' }>['reason'],
  'unit_unknown' | 'budget_exhausted' | 'revocations_differ'
>;

function refuse(reason: PlainReason, account: string): Decision<ReserveOutcome> {
  return { outcome: { status: 'refused', reason, account }, changes: [] };
}
