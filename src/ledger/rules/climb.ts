import { type Micros, UNITS, type Unit } from '../../money/units.js';
import type { AccountState } from '../contract.js';
import { claim, claimOf, type Move, moved, usedOf, withParts } from './counters.js';
import type { Shift } from './records.js';

/**
 * What a change does at the leaf of a path, before any ancestor hears of it. What was spent was spent on
 * every account of the path, set aside or not.
 */
export type LeafMove = Move;

/** The carve-outs of those accounts whose carve-outs change. */
export type NewCarves = ReadonlyMap<string, AccountState['carves']>;

const NO_CARVES: NewCarves = new Map();
export const NO_MOVE: LeafMove = { used: {}, spent: {} };

/**
 * The accounts of a path, root first, after a change. It climbs from the leaf: what an account
 * claims of its parent rises or falls with it, and so much does its parent's use. A call inside a
 * carve-out moves the claim by nothing, and so nothing above it but spent.
 */
export function climb(
  path: readonly AccountState[],
  { used, spent, openHolds = 0 }: LeafMove,
  carves: NewCarves = NO_CARVES,
): AccountState[] {
  const after = [...path];
  let rise = used;
  for (let level = path.length - 1; level >= 0; level--) {
    const state = path[level] as AccountState;
    const counted = moved(state, { used: rise, spent, openHolds });
    const own = carves.get(state.account);
    after[level] = own === undefined ? counted : withParts(counted, { carves: own });
    rise = riseAbove(state, rise, own);
  }
  return after;
}

/**
 * By how much each account of a path, root first, would use more: what {@link climb} would do, for
 * the limits to be asked first.
 */
export function rises(path: readonly AccountState[], atLeaf: Shift, carves: NewCarves): Shift[] {
  const each = path.map(() => atLeaf);
  let rise = atLeaf;
  for (let level = path.length - 1; level >= 0; level--) {
    const state = path[level] as AccountState;
    each[level] = rise;
    rise = riseAbove(state, rise, carves.get(state.account));
  }
  return each;
}

/** By how much an account's claim on its parent changes. */
function riseAbove(
  state: AccountState,
  rise: Shift,
  own: AccountState['carves'] | undefined,
): Shift {
  const carves = own ?? state.carves;
  if (own === undefined && isEmpty(carves)) return rise;
  const above: { [U in Unit]?: Micros } = {};
  for (const unit of UNITS) {
    const used = usedOf(state, unit) + (rise[unit] ?? 0);
    const by = claim(used, carves[unit]) - claimOf(state, unit);
    if (by !== 0 || rise[unit] !== undefined) above[unit] = by;
  }
  return above;
}

function isEmpty(carves: AccountState['carves']): boolean {
  for (const _ in carves) return false;
  return true;
}
