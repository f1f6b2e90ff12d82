import { isMicros } from '../../src/money/micros.js';
import { MICROS_PER_UNIT, type Micros } from '../../src/money/units.js';
import { type ModelPrice, upperBound } from '../../src/pricing/models/index.js';
import { Problem } from '../api/problem.js';
import { boundRequest, boundTokens } from '../providers/bound.js';
import type { ModelRequest } from '../providers/request.js';

/** The part of a call's cost that is counted by its tokens, at the most. */
interface TokenCost {
  readonly usd?: Micros;
  readonly tokens: Micros;
}

export interface Bounded {
  readonly cost: TokenCost;
  /** The figure that the price list lacks, where `usd` is not known. */
  readonly missing: string | undefined;
}

/**
 * The most that a request costs with this much output in each choice.
 * @throws {Problem} `price_unknown` when nothing bounds the input; `amount_overflow` for more than
 *   any budget holds
 */
export function boundCost(request: ModelRequest, price: ModelPrice, outputTokens: number): Bounded {
  const bound = boundRequest(request, outputTokens, price.contextWindow);
  const count = boundTokens(bound);
  const tokens = count * MICROS_PER_UNIT;
  if (!isMicros(tokens)) throw new Problem('amount_overflow');
  const usd = upperBound(price, bound);
  switch (usd.status) {
    case 'priced':
      return { cost: { usd: usd.micros, tokens }, missing: undefined };
    case 'unknown':
      return { cost: { tokens }, missing: usd.missing };
    case 'too_large':
      throw new Problem('amount_overflow');
  }
}
