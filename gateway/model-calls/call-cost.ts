import { MICROS_PER_UNIT, type Micros, type Unit, type Vector } from '../../src/money/units.js';

/** The parts of a call's cost; one that is not known is left out. */
interface CostParts {
  readonly credits: Micros | undefined;
  readonly usd: Micros | undefined;
  readonly tokens: Micros;
}

/** What one call costs. Member by member: an object that a spread adds to takes ten times the room. */
export function callCost({ credits, usd, tokens }: CostParts): Vector {
  const cost: { [U in Unit]?: Micros } = {};
  cost.calls = MICROS_PER_UNIT;
  if (credits !== undefined) cost.credits = credits;
  if (usd !== undefined) cost.usd = usd;
  cost.tokens = tokens;
  return cost;
}
