import { UNITS } from '../../money/units.js';
import type { AccountState, Held, ReserveOutcome, ReserveRequest } from '../contract.js';
import { costAt, largestStep, sameCost } from './cost.js';
import { headroom, moved, neverCharged } from './counters.js';
import { type BoundAccount, limitState, limitStates } from './limits.js';
import type { Caps, Decision, HoldRecord, OpenHold, Records, RootRecord } from './records.js';
import { type Clocks, isBelieved, timeOf } from './time.js';

/**
 * Holds the most that fits on every account of the path, or refuses and changes nothing
 * (DESIGN §3, rules 1 to 3, 5, 8, 10 and 12). Refusals are looked for in the contract's order.
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
  const path = boundPath(records, request, root);
  for (const { state, limits } of path) {
    const unknown = limits.find(({ unit }) => request.cost.least[unit] === undefined);
    if (unknown !== undefined) {
      const { account } = state;
      const { unit } = unknown;
      return { outcome: { status: 'refused', reason: 'unit_unknown', account, unit } };
    }
  }
  const newAccounts = path.filter(({ state }) => records.account(state.account) === undefined);
  if (root.accounts + newAccounts.length > caps.maxAccountsPerRoot) {
    return refuse('too_many_accounts', rootName);
  }
  if (root.openHolds >= caps.maxHoldsPerRoot) return refuse('too_many_holds', rootName);

  const step = grant(request, path);
  if (typeof step !== 'number') return { outcome: step };
  const hold: OpenHold = {
    state: 'held',
    reservation: request.reservation,
    account: leaf,
    cost: request.cost,
    step,
    granted: costAt(request.cost, step),
    deadlineMs: nowMs + request.ttlMs,
  };
  return make(hold, path, { ...root, accounts: root.accounts + newAccounts.length }, nowMs);
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
  if (known.state !== 'held' || known.deadlineMs <= nowMs) return refuse('already_resolved', leaf);
  if (known.account !== leaf || !sameCost(known.cost, request.cost)) {
    return refuse('id_conflict', leaf);
  }
  return { outcome: held(known, boundPath(records, request, root), root, true) };
}

function boundPath(records: Records, request: ReserveRequest, root: RootRecord): BoundAccount[] {
  return request.path.map(({ account, limits }, level) => ({
    state: records.account(account) ?? neverCharged(account),
    presented: limits,
    limits: level === 0 ? [...limits, ...root.genesis.limits] : limits,
  }));
}

/**
 * The largest step of the cost that fits every limit of the path, and leaves every counter below
 * 2^53; or the refusal of the account nearest the root that even the least does not fit.
 */
function grant(request: ReserveRequest, path: readonly BoundAccount[]): number | ReserveOutcome {
  const { least, most, steps } = request.cost;
  let step = steps;
  for (const { state } of path) {
    for (const unit of UNITS) {
      const low = least[unit];
      const high = most[unit];
      if (low === undefined || high === undefined) continue;
      const fits = largestStep(low, high, steps, headroom(state.counters, unit));
      if (fits < 0) {
        return { status: 'refused', reason: 'amount_overflow', account: state.account };
      }
      step = Math.min(step, fits);
    }
  }
  for (const { state, limits } of path) {
    for (const limit of limits) {
      const low = least[limit.unit] ?? 0;
      const { spent, held } = state.counters[limit.unit];
      const room = limit.limitMicros - spent - held;
      const fits = largestStep(low, most[limit.unit] ?? low, steps, room);
      if (fits < 0) {
        return {
          status: 'refused',
          reason: 'budget_exhausted',
          account: state.account,
          limit: limitState(state, limit),
          requiredMicros: low,
        };
      }
      step = Math.min(step, fits);
    }
  }
  return step;
}

/** The hold and everything that it changes. */
function make(
  hold: OpenHold,
  path: readonly BoundAccount[],
  before: RootRecord,
  nowMs: number,
): Decision<ReserveOutcome> {
  const root: RootRecord = {
    ...before,
    sequence: before.sequence + 1,
    clockMs: nowMs,
    openHolds: before.openHolds + 1,
  };
  const after: BoundAccount[] = [];
  const accounts: AccountState[] = [];
  for (const { state, presented, limits } of path) {
    const counters = moved(state, { spent: {}, held: hold.granted });
    if (counters === undefined) return refuse('amount_overflow', state.account);
    const changed = { ...state, counters, limitsLastSeen: presented };
    accounts.push(changed);
    after.push({ state: changed, presented, limits });
  }
  return { outcome: held(hold, after, root, false), change: { root, accounts, hold } };
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

type PlainReason =
  | 'root_unknown'
  | 'clock_ahead'
  | 'id_conflict'
  | 'already_resolved'
  | 'kid_mismatch'
  | 'expired'
  | 'too_many_accounts'
  | 'too_many_holds'
  | 'amount_overflow';

function refuse(reason: PlainReason, account: string): Decision<ReserveOutcome> {
  return { outcome: { status: 'refused', reason, account } };
}
