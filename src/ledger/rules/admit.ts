import { type Micros, UNITS, type Unit, type Vector } from '../../money/units.js';
import type { CostRange, ReserveRefusal } from '../contract.js';
import { type NewCarves, rises } from './climb.js';
import { largestStep } from './cost.js';
import { claimOf, usedOf } from './counters.js';
import { type BoundAccount, limitState, roomOf, statesOf } from './limits.js';
import type { Shift } from './records.js';

export type Unaffordable = Extract<ReserveRefusal, { readonly reason: 'budget_exhausted' }>;

/**
 * Whether the least of a cost, with what is newly set aside, fits every limit of the path; or the refusal of the account nearest the root where it does
 * not. For life, an account is asked for what its use rises by; in a window, for the cost itself.
 *
 * Nothing is admitted at an account above its limit, even where its use would not rise.
 * @param least empty where only something is set aside: then limits that this does not touch are
 *   not asked.
 */
export function refusalOf(
  path: readonly BoundAccount[],
  least: Vector,
  carves: NewCarves,
): Unaffordable | undefined {
  const states = statesOf(path);
  const needed = rises(states, least, carves);
  for (let level = 0; level < path.length; level++) {
    const { state, limits } = path[level] as BoundAccount;
    for (const limit of limits) {
      const requiredMicros = requiredOf(limit, least, needed[level] as Shift);
      if (requiredMicros === undefined || requiredMicros <= roomOf(state, limit)) continue;
      const { account } = state;
      const its = limitState(state, limit);
      return { status: 'refused', reason: 'budget_exhausted', account, limit: its, requiredMicros };
    }
  }
  return undefined;
}

/** What a limit has to take; undefined where it has nothing to say. */
function requiredOf(
  { unit, window }: BoundAccount['limits'][number],
  least: Vector,
  needed: Shift,
): Micros | undefined {
  if (window !== 'life') return least[unit];
  const rise = needed[unit] ?? 0;
  return least[unit] === undefined && rise === 0 ? undefined : rise;
}

/**
 * The largest step of a cost of which the least fits ({@link refusalOf}).
 *
 * A limit for life leaves room for what an account's use rises by. An account's use rises by at
 * most its parent's room and what is set aside for it and not used: so the room is handed down from
 * the root, and at the leaf the rise is the cost. A windowed limit bounds the cost itself.
 */
export function largestGrant(
  path: readonly BoundAccount[],
  { least, most, steps }: CostRange,
): number {
  if (steps === 0) return 0;
  let step = steps;
  for (const unit of UNITS) {
    const low = least[unit];
    const high = most[unit];
    // Of an amount that is fixed, every step takes the least.
    if (low === undefined || high === undefined || low === high) continue;
    step = Math.min(step, largestStep(low, high, steps, roomFor(path, unit)));
  }
  return step;
}

function roomFor(path: readonly BoundAccount[], unit: Unit): number {
  let life = Number.POSITIVE_INFINITY;
  let windows = Number.POSITIVE_INFINITY;
  for (const { state, limits } of path) {
    const used = usedOf(state, unit);
    life += claimOf(state, unit) - used;
    for (const limit of limits) {
      if (limit.unit !== unit) continue;
      if (limit.window === 'life') life = Math.min(life, limit.limitMicros - used);
      else windows = Math.min(windows, Math.max(0, roomOf(state, limit)));
    }
  }
  return Math.min(life, windows);
}
