import type { Allowance } from '../src/caveats/allowance.js';
import type { CostRange } from '../src/ledger/contract.js';
import type { Vector } from '../src/money/units.js';

/**
 * A cost as the ledger counts it. What counts in no other unit counts as a call only where a limit on
 * its path counts calls: so it leaves nothing behind at accounts that never spend anything, and the
 * ledger need not keep them (DESIGN §3, rule 12).
 */
export function countedCost(cost: CostRange, allowance: Pick<Allowance, 'path'>): CostRange {
  if (countsElsewhere(cost.most) || countsCalls(allowance)) return cost;
  return { ...cost, least: { ...cost.least, calls: 0 }, most: { ...cost.most, calls: 0 } };
}

function countsElsewhere({ credits = 0, usd = 0, tokens = 0 }: Vector): boolean {
  return credits > 0 || usd > 0 || tokens > 0;
}

function countsCalls({ path }: Pick<Allowance, 'path'>): boolean {
  return path.some(({ limits }) => limits.some(({ unit }) => unit === 'calls'));
}
