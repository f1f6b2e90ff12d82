import type { Allowance } from '../../src/caveats/allowance.js';
import { MICROS_PER_UNIT, UNITS, type Vector } from '../../src/money/units.js';
import {
  lowerBound,
  type ModelPrice,
  type ModelPriceList,
} from '../../src/pricing/models/index.js';
import type { ToolPriceList } from '../../src/pricing/tool-price.js';
import { Problem } from '../api/problem.js';
import { listedPriceOf } from '../call-plan.js';
import type { ReservationAsk } from './read.js';

export interface ReservationPrices {
  /** In credits a call, of models and tools alike; in USD a call, of tools. */
  readonly priceList: ToolPriceList;
  /** In USD, of models by their tokens: the list as it is now. */
  readonly prices: () => ModelPriceList;
}

/**
 * What a reservation holds: the price of the name for every call of it, or what was asked for where
 * that is more.
 *
 * A model of the price list is priced by its tokens, which only the caller knows: it states what is
 * held in USD, and no less than its calls and the tokens that it states cost by that list at the
 * least. Where a limit on the path is in a unit for which there is neither a price nor a statement,
 * the ledger refuses it.
 *
 * More than the price can be asked for in a unit in which the root has a limit, and only there:
 * elsewhere nothing would bound it, and a child could fill its ancestors' counters to the brim.
 * @throws {Problem} `tool_not_allowed`, `price_too_high`, `price_unknown`, `invalid_request`,
 *   `amount_overflow`
 */
export function reservationCost(
  { priceList, prices }: ReservationPrices,
  allowance: Allowance,
  { kind, name, asked }: Pick<ReservationAsk, 'kind' | 'name' | 'asked'>,
): Vector {
  const listed = listedPriceOf(priceList, allowance, name);
  const model = kind === 'model' ? prices().find(name) : undefined;
  // What the caller says it costs in credits is no price: that the configuration alone has.
  const toolUsd = kind === 'tool' ? listed.usdMicros : undefined;
  const isUnpriced =
    listed.status === 'unknown' &&
    ((model === undefined && toolUsd === undefined) ||
      asked.credits !== undefined ||
      isLimited(allowance, 'credits'));
  if (isUnpriced) throw new Problem('price_unknown');
  const calls = asked.calls ?? MICROS_PER_UNIT;
  if (calls < MICROS_PER_UNIT) {
    throw new Problem('invalid_request', {
      message: 'calls: found 0, expected 1 or more',
      param: 'calls',
    });
  }
  if (model !== undefined) checkStated(allowance, asked, name);
  const floor: Vector = {
    ...(listed.status === 'priced' ? { credits: times(listed.micros, calls) } : {}),
    ...(toolUsd === undefined ? {} : { usd: times(toolUsd, calls) }),
    ...(model === undefined ? {} : usdFloor(model, calls, asked.tokens ?? 0)),
  };
  checkStatable(allowance, asked, { ...floor, calls: MICROS_PER_UNIT });
  return { ...higher(floor, asked), calls };
}

function times(micros: number, calls: number): number {
  const all = micros * (calls / MICROS_PER_UNIT);
  if (!Number.isSafeInteger(all)) throw new Problem('amount_overflow');
  return all;
}

/** None where nothing is known to cost anything: that it is unknown is not zero. */
function usdFloor(model: ModelPrice, calls: number, tokens: number): Vector {
  const stated = { calls: calls / MICROS_PER_UNIT, tokens: tokens / MICROS_PER_UNIT };
  const least = lowerBound(model, stated);
  if (least.status !== 'priced') throw new Problem('amount_overflow');
  return least.micros === 0 ? {} : { usd: least.micros };
}

/** In each unit the higher one. */
function higher(floor: Vector, asked: Vector): Vector {
  return Object.fromEntries(
    UNITS.flatMap((unit) => {
      const known = [floor[unit], asked[unit]].filter((micros) => micros !== undefined);
      return known.length === 0 ? [] : [[unit, Math.max(...known)]];
    }),
  );
}

function isLimited({ path }: Allowance, unit: (typeof UNITS)[number]): boolean {
  return path.some(({ limits }) => limits.some((limit) => limit.unit === unit));
}

/** The list tells what a token costs, and not how many there will be: the floor alone is no price. */
function checkStated(allowance: Allowance, asked: Vector, name: string): void {
  for (const unit of ['usd', 'tokens'] as const) {
    if (asked[unit] !== undefined || !isLimited(allowance, unit)) continue;
    throw new Problem('price_unknown', {
      message:
        `${unit}: found none, expected the most that ${JSON.stringify(name)} will cost: a budget ` +
        `on the path is in ${unit}, and its price depends on its tokens`,
      param: unit,
    });
  }
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
