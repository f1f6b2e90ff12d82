import { type Micros, UNITS, type Unit, type Vector, vectorOf } from '../../money/units.js';
import type { CostRange } from '../contract.js';
import { usedOf } from './counters.js';
import type { BoundAccount } from './limits.js';

/**
 * What one call holds at most of a unit that no limit on its path counts: this part of the room that
 * the root's counter has left below 2^53. So no number of calls fills a counter of the others, however
 * much each would hold, and there is always room for what others really spend.
 */
const SHARE = 1_024;

/** A cost as the ledger holds it: the same one where nothing of it is too much. */
export function withinShare(cost: CostRange, path: readonly BoundAccount[]): CostRange {
  let caps: Vector | undefined;
  for (const unit of UNITS) {
    const most = cost.most[unit];
    if (most === undefined) continue;
    const cap = Math.floor(roomOf(path, unit) / SHARE);
    if (most > cap && !isLimited(path, unit)) caps = { ...caps, [unit]: cap };
  }
  if (caps === undefined) return cost;
  return { ...cost, least: capped(cost.least, caps), most: capped(cost.most, caps) };
}

/** A parent has used what its children have: the root's counter is the fullest. */
function roomOf(path: readonly BoundAccount[], unit: Unit): Micros {
  const root = path[0];
  return root === undefined ? 0 : Number.MAX_SAFE_INTEGER - usedOf(root.state, unit);
}

function isLimited(path: readonly BoundAccount[], unit: Unit): boolean {
  return path.some(({ limits }) => limits.some((limit) => limit.unit === unit));
}

function capped(cost: Vector, caps: Vector): Vector {
  const at = (unit: Unit) => {
    const amount = cost[unit];
    return amount === undefined ? undefined : Math.min(amount, caps[unit] ?? amount);
  };
  return vectorOf({
    credits: at('credits'),
    usd: at('usd'),
    tokens: at('tokens'),
    calls: at('calls'),
  });
}
