import type { Micros, Unit } from '../../src/money/units.js';
import type { ModelPrice } from '../../src/pricing/models/index.js';
import type { HoldParts } from '../api/hold-parts.js';
import type { ModelRequest } from '../providers/request.js';
import { boundCost } from './bound.js';
import type { OutputRange } from './output.js';

/**
 * The parts of the least that is held. Each part is what the bound grows by when it is added to those before it.
 * @returns undefined for a unit that does not go by tokens
 */
export function holdParts(
  request: ModelRequest,
  price: ModelPrice,
  { least, most }: Pick<OutputRange, 'least' | 'most'>,
  unit: Unit,
): HoldParts | undefined {
  if (unit !== 'usd' && unit !== 'tokens') return undefined;
  const cost = (part: Partial<ModelRequest>, output: number): Micros | undefined =>
    boundCost({ ...request, ...part }, price, output, most).cost[unit];
  const plain = {
    rounds: 1,
    outputRounds: 1,
    serverTools: {},
    outgrows: [],
    contextTokens: 0,
    compactions: 0,
  };
  const { outgrows, contextTokens, compactions } = request;
  const own = { ...plain, extraOutputTokens: 0, thinkingTokens: 0 };
  const input = cost(own, 0);
  const withContext = cost({ ...own, outgrows, contextTokens, compactions }, 0);
  const withOutput = cost({ rounds: 1, outputRounds: 1, serverTools: {} }, least);
  const all = cost({}, least);
  if (
    input === undefined ||
    withContext === undefined ||
    withOutput === undefined ||
    all === undefined
  ) {
    return undefined;
  }
  return {
    input,
    context: withContext - input,
    output: withOutput - withContext,
    serverTools: all - withOutput,
  };
}
