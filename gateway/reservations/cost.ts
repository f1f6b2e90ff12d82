import type { Allowance } from '../../src/caveats/allowance.js';
import { MICROS_PER_UNIT, UNITS, type Vector } from '../../src/money/units.js';
import { priceCall, type ToolPriceList } from '../../src/pricing/tool-price.js';
import { Problem } from '../api/problem.js';
import type { ReservationAsk } from './read.js';

/**
 * What a reservation holds: the price of the name for every call of it, or what was asked for where
 * that is more.
 *
 * More can be asked for in a unit in which the root has a limit, and only there: elsewhere nothing
 * would bound it, and a child could fill its ancestors' counters to the brim.
 * @throws {Problem} `tool_not_allowed`, `price_unknown`, `invalid_request`, `amount_overflow`
 */
export function reservationCost(
  priceList: ToolPriceList,
  allowance: Allowance,
  { name, asked }: Pick<ReservationAsk, 'name' | 'asked'>,
): Vector {
  const price = priceCall(priceList, allowance, name);
  if (price.status === 'not_allowed') throw new Problem('tool_not_allowed');
  if (price.status === 'unknown') throw new Problem('price_unknown');
  const calls = asked.calls ?? MICROS_PER_UNIT;
  if (calls < MICROS_PER_UNIT) {
    throw new Problem('invalid_request', {
      message: 'calls: found 0, expected 1 or more',
      param: 'calls',
    });
  }
  const floor = price.micros * (calls / MICROS_PER_UNIT);
  if (!Number.isSafeInteger(floor)) throw new Problem('amount_overflow');
  // No name has a price in the other units yet.
  checkStatable(allowance, asked, { calls: MICROS_PER_UNIT, credits: floor });
  return { ...asked, calls, credits: Math.max(floor, asked.credits ?? 0) };
}

function checkStatable(allowance: Allowance, asked: Vector, floor: Vector): void {
  const root = allowance.path[0];
  for (const unit of UNITS) {
    const stated = asked[unit];
    if (stated === undefined || stated <= (floor[unit] ?? -1)) continue;
    if (root?.limits.some((limit) => limit.unit === unit)) continue;
    throw new Problem('invalid_request', {
      message:
        `${unit}: found more than the price of this name, expected that only in a unit in which ` +
        `the root account has a budget, and ${root?.account} has none in ${unit}`,
      param: unit,
    });
  }
}
