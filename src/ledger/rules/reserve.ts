import type {
  AccountState,
  Held,
  HeldEntry,
  ReserveOutcome,
  ReserveRequest,
  TrackedWindow,
} from '../contract.js';
import { largestGrant, refusalOf } from './admit.js';
import { anyPastEnd, endDueCarves, raiseOf } from './carves.js';
import { climb } from './climb.js';
import { costAt, sameCost } from './cost.js';
import { Draft, type EntryHead } from './draft.js';
import { type BoundAccount, boundPath, limitStates } from './limits.js';
import type { Caps, Decision, HoldRecord, OpenHold, Records, RootRecord } from './records.js';
import { notOpen } from './standing.js';
import { type Clocks, isBelieved, timeOf } from './time.js';
import { shiftWindows } from './windows.js';

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

  const known = records.hold(request.reservation);
  if (known !== undefined) return again(records, request, root, known, nowMs);
  if (request.kid !== root.genesis.kid) return refuse('kid_mismatch', rootName);
  if (nowMs >= Math.min(request.expiresAtMs, root.genesis.expiresAtMs)) {
    return refuse('expired', leaf);
  }
  const stored = request.path.map(({ account }) => records.account(account));
  const barred = notOpen(stored);
  if (barred !== undefined) return refuse(barred.reason, barred.account);
  const path = boundPath(records, request.path, root, nowMs);
  for (const { state, limits } of path) {
    const unknown = limits.find(({ unit }) => request.cost.least[unit] === undefined);
    if (unknown !== undefined) {
      const { account } = state;
      const { unit } = unknown;
      return { outcome: { status: 'refused', reason: 'unit_unknown', account, unit }, changes: [] };
    }
  }
  const newAccounts = stored.filter((state) => state === undefined).length;
  if (root.accounts + newAccounts > caps.maxAccountsPerRoot) {
    return refuse('too_many_accounts', rootName);
  }
  if (root.openHolds >= caps.maxHoldsPerRoot) return refuse('too_many_holds', rootName);
  return afford(new Draft(records, root, nowMs), request, stored, path);
}

/**
 * What is past its end is given back before it refuses anybody, and before the account that it was
 * set aside for is charged again.
 */
function afford(
  draft: Draft,
  request: ReserveRequest,
  stored: readonly (AccountState | undefined)[],
  path: readonly BoundAccount[],
): Decision<ReserveOutcome> {
  const asNow = () => boundPath(draft, request.path, draft.root(), draft.nowMs);
  const hasEnded = anyPastEnd(stored, draft.nowMs) && endDueCarves(draft) > 0;
  let outcome = make(draft, request, hasEnded ? asNow() : path);
  const poor = outcome.status === 'refused' && outcome.reason === 'budget_exhausted';
  if (poor && endDueCarves(draft) > 0) outcome = make(draft, request, asNow());
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
  const refusal = refusalOf(path, request.cost.least, raise.carves);
  if (refusal !== undefined) return refusal;

  const hold = newHold(request, largestGrant(path, request.cost), draft);
  const { granted } = hold;
  const states = path.map(({ state }) => state);
  const climbed = climb(states, { used: granted, spent: {} }, raise.carves);
  // A grant has been kept below 2^53 at every account.
  if (climbed === undefined) throw new Error(`reservation ${hold.reservation}: a grant overflows`);
  const accounts = climbed.map((state, level) => ({
    ...state,
    windows: shiftWindows(state.windows, hold, { spent: {}, held: granted }),
    limitsLastSeen: request.path[level]?.limits ?? [],
  }));
  const { setAside } = raise;
  const entry = heldEntry(draft.next(), hold, { tracked: newlyTracked(draft, path), setAside });
  draft.draw({ accounts, hold, openHolds: 1, entry });
  const after = path.map((own, level) => ({ ...own, state: accounts[level] ?? own.state }));
  return held(hold, after, root, false);
}

function newHold(request: ReserveRequest, step: number, draft: Draft): OpenHold {
  const { reservation, path, cost, ttlMs, owner, fingerprint, about } = request;
  return {
    state: 'held',
    reservation,
    account: path.at(-1)?.account ?? '',
    cost,
    step,
    granted: costAt(cost, step),
    deadlineMs: draft.nowMs + ttlMs,
    createdMs: draft.nowMs,
    sequence: draft.root().sequence + 1,
    owner,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(about === undefined ? {} : { about }),
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
  return {
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
    ...(cost.steps === 0 ? {} : { range: { cost, step } }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(about === undefined ? {} : { about }),
  };
}

function newlyTracked(draft: Draft, path: readonly BoundAccount[]): TrackedWindow[] {
  return path.flatMap(({ state: { account, windows } }) => {
    if (windows.length === 0) return [];
    const before = draft.account(account)?.windows ?? [];
    if (windows.length === before.length) return [];
    return windows
      .filter((own) => !before.some((its) => its.unit === own.unit && its.window === own.window))
      .map(({ unit, window }) => ({ account, unit, window }));
  });
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
  return { outcome: held(known, path, root, true), changes: [] };
}

function held(
  { step, granted, deadlineMs }: OpenHold,
  path: readonly BoundAccount[],
  { genesis }: RootRecord,
  replayed: boolean,
): Held {
  const limits = limitStates(path);
  return { status: 'held', step, granted, deadlineMs, limits, labels: genesis.labels, replayed };
}

type PlainReason = Exclude<
  Extract<ReserveOutcome, { readonly status: 'refused' }>['reason'],
  'unit_unknown' | 'budget_exhausted'
>;

function refuse(reason: PlainReason, account: string): Decision<ReserveOutcome> {
  return { outcome: { status: 'refused', reason, account }, changes: [] };
}
