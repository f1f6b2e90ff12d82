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
 * @param mostOutput the largest that could be granted
 * @throws {Problem} `price_unknown` when nothing bounds the input; `amount_overflow` for more than
 *   any budget holds
 */
export function boundCost(
  request: ModelRequest,
  price: ModelPrice,
  outputTokens: number,
  mostOutput = outputTokens,
): Bounded {
  const bound = boundRequest(request, outputTokens, price, mostOutput);
  checkLongPrice(request, price, bound.inputTokens);
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

/**
 * Input beyond the window of the price list, which Anthropic's `context-1m` allows: it has a price
 * only where the list says what such long calls cost.
 * @throws {Problem} `price_unknown`
 */
function checkLongPrice(
  { isLongContext }: ModelRequest,
  { contextWindow, tiers }: ModelPrice,
  inputTokens: number,
): void {
  if (!isLongContext || contextWindow === undefined || inputTokens <= contextWindow) return;
  const isPriced = [...tiers.values()].every(({ bands }) => bands.length > 1);
  if (isPriced) return;
  throw new Problem('price_unknown', {
    message:
      `anthropic-beta: the price list has no figures of this model for input above ` +
      `${contextWindow} tokens, which context-1m allows and this request can have.`,
    param: 'anthropic-beta',
  });
}
