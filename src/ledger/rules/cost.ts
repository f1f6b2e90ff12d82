import { type Micros, type Vector, vectorOf } from '../../money/units.js';
import type { CostRange } from '../contract.js';
import type { Shift } from './records.js';

interface Asked {
  readonly cost: CostRange;
  readonly granted: Vector;
}

/** The cost at one step: `least + ceil((most − least) × step / steps)` in each unit. Exact. */
export function costAt({ least, most, steps }: CostRange, step: number): Vector {
  if (steps === 0) return least;
  const at = (low: Micros | undefined, high: Micros | undefined) =>
    low === undefined || high === undefined
      ? undefined
      : low + divideUp((high - low) * step, steps);
  return vectorOf({
    credits: at(least.credits, most.credits),
    usd: at(least.usd, most.usd),
    tokens: at(least.tokens, most.tokens),
    calls: at(least.calls, most.calls),
  });
}

/**
 * The largest step at which one unit's cost fits into `room`, or −1 when not even the least does.
 *
 * With spare = room − least and spread = most − least, step k fits when
 * `ceil(spread × k / steps) ≤ spare`. As spare is whole, that is `spread × k / steps ≤ spare`, so
 * k = floor(spare × steps / spread): the rounding up of the cost can't push it over. The product
 * is exact, because here spare < spread, and spread × steps is below 2^53 by contract; with
 * spare ≥ spread, where it might not be, every step fits.
 */
export function largestStep(least: Micros, most: Micros, steps: number, room: number): number {
  const spare = room - least;
  const spread = most - least;
  if (spare < 0) return -1;
  return spare >= spread ? steps : divideDown(spare * steps, spread);
}

/** Exact for whole numbers below 2^53: it is the remainder that is taken off, then no rounding. */
function divideDown(amount: number, by: number): number {
  return (amount - (amount % by)) / by;
}

function divideUp(amount: number, by: number): number {
  return divideDown(amount, by) + (amount % by > 0 ? 1 : 0);
}

/** Whether what was granted is all that a fixed cost asked for, and so says the whole of it. */
export function isAsAsked({ cost, granted }: Asked): boolean {
  return cost.steps === 0 && sameVector(cost.least, granted);
}

export function sameVector(a: Vector, b: Vector): boolean {
  return a.credits === b.credits && a.usd === b.usd && a.tokens === b.tokens && a.calls === b.calls;
}

export function sameCost(a: CostRange, b: CostRange): boolean {
  return a.steps === b.steps && sameVector(a.least, b.least) && sameVector(a.most, b.most);
}

/** By how much `a` is more than `b` in each of the four units. */
export function difference(a: Vector, b: Vector): Shift {
  return {
    credits: (a.credits ?? 0) - (b.credits ?? 0),
    usd: (a.usd ?? 0) - (b.usd ?? 0),
    tokens: (a.tokens ?? 0) - (b.tokens ?? 0),
    calls: (a.calls ?? 0) - (b.calls ?? 0),
  };
}
