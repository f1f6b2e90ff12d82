import type { Limit, Vector } from '../../money/units.js';
import type { AccountLimits, AccountState, LimitState, WindowState } from '../contract.js';
import { neverCharged, usedOf } from './counters.js';
import type { Records, RootRecord } from './records.js';
import { windowEnd, withWindows } from './windows.js';

/** One account of a path with everything that bounds it. */
export interface BoundAccount {
  /** Its windows are the current ones, and it has one for each of its limits. */
  readonly state: AccountState;
  /** There is nothing to say of it: it is not stored (`stored.ts`). */
  readonly isNew: boolean;
  /** Those of the macaroon. */
  readonly presented: AccountLimits;
  /**
   * All that hold, with what was topped up, in the order in which they refuse: those presented, and
   * at the root those of its genesis too, so that a leaked root key can't raise a live root.
   */
  readonly limits: readonly Limit[];
}

/** The accounts of a path as a reservation at `nowMs` finds them, root first. */
export function boundPath(
  records: Records,
  path: readonly AccountLimits[],
  { genesis, sequence }: RootRecord,
  nowMs: number,
): BoundAccount[] {
  return path.map((presented, level) => {
    const stored = records.account(presented.account);
    const found = stored ?? neverCharged(presented.account);
    const own = raised(presented.limits, found.toppedUp);
    const limits = level === 0 ? own.concat(raised(genesis.limits, found.toppedUp)) : own;
    const state = withWindows(found, limits, nowMs, sequence);
    return { state, isNew: stored === undefined, presented, limits };
  });
}

export function statesOf(path: readonly BoundAccount[]): AccountState[] {
  return path.map(({ state }) => state);
}

/** A top-up raises the first limit of its unit. A later one is there to tighten, and stays. */
export function raised(limits: readonly Limit[], toppedUp: Vector): readonly Limit[] {
  if (limits.every(({ unit }) => toppedUp[unit] === undefined)) return limits;
  return limits.map((limit, place) => {
    const by = toppedUp[limit.unit] ?? 0;
    const isFirst = limits.findIndex(({ unit }) => unit === limit.unit) === place;
    if (!isFirst || by === 0) return limit;
    // Both are below 2^53, so that the sum is exact wherever it is the smaller one.
    const limitMicros = Math.min(limit.limitMicros + by, Number.MAX_SAFE_INTEGER);
    return { ...limit, limitMicros };
  });
}

/**
 * How one limit stands. Remaining is never below zero, even where a limit was lowered.
 * @param state with a window for the limit, where that has one.
 */
export function limitState(state: AccountState, limit: Limit): LimitState {
  const { account } = state;
  const { unit, window, limitMicros } = limit;
  const remainingMicros = Math.max(0, roomOf(state, limit));
  if (window === 'life') {
    const { spent: spentMicros, held: heldMicros } = state.counters[unit];
    return { account, unit, window, limitMicros, spentMicros, heldMicros, remainingMicros };
  }
  const { spentMicros, heldMicros, startMs } = windowOf(state, limit);
  return {
    account,
    unit,
    window,
    limitMicros,
    spentMicros,
    heldMicros,
    remainingMicros,
    resetsAtMs: windowEnd(window, startMs),
  };
}

/**
 * What a limit has left above spent and held; below zero where they are past it.
 * @param state with a window for the limit, where that has one.
 */
export function roomOf(state: AccountState, limit: Limit): number {
  const { unit, window, limitMicros } = limit;
  if (window === 'life') return limitMicros - usedOf(state, unit);
  const { spentMicros, heldMicros } = windowOf(state, limit);
  return limitMicros - spentMicros - heldMicros;
}

function windowOf({ account, windows }: AccountState, { unit, window }: Limit): WindowState {
  const own = windows.find((its) => its.unit === unit && its.window === window);
  if (own === undefined) throw new Error(`account ${account}: expected a window ${unit}/${window}`);
  return own;
}

/** @param after the accounts of the path as they are now, where they are others than the path has. */
export function limitStates(
  path: readonly BoundAccount[],
  after?: readonly AccountState[],
): LimitState[] {
  const states: LimitState[] = [];
  for (let level = 0; level < path.length; level++) {
    const { state, limits } = path[level] as BoundAccount;
    const own = after?.[level] ?? state;
    for (const limit of limits) states.push(limitState(own, limit));
  }
  return states;
}
