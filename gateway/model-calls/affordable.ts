import type { LimitState } from '../../src/ledger/contract.js';
import { MICROS_PER_UNIT } from '../../src/money/units.js';
import { type ModelPrice, outputWithin } from '../../src/pricing/models/index.js';
import { boundRequest } from '../providers/bound.js';
import type { ModelRequest } from '../providers/request.js';

/**
 * The largest output of each choice with which a request would fit into what is left of a limit;
 * 0 when none does. Undefined for a limit that says nothing of output. Other limits of the path are
 * not looked at.
 * @param stated the caller's own maximum, which does not fit
 */
export function affordableOutput(
  request: ModelRequest,
  price: ModelPrice,
  stated: number,
  { unit, remainingMicros }: LimitState,
): number | undefined {
  const bound = boundRequest(request, stated, price);
  const { outputRounds, thinkingTokens } = request;
  // No smaller limit helps where what is thought is not under it.
  if (thinkingTokens > 0 && thinkingTokens >= stated) return undefined;
  // The bound has the limit once for each round, and what is billed beside it.
  const beside = bound.outputTokens - stated * outputRounds;
  const perRound = (tokens: number): number =>
    Math.max(0, Math.floor((tokens - beside) / outputRounds));
  if (unit === 'tokens') {
    const left = Math.floor(remainingMicros / MICROS_PER_UNIT) - bound.inputTokens;
    return perRound(Math.floor(left / bound.choices));
  }
  if (unit !== 'usd') return undefined;
  const within = outputWithin(price, bound, remainingMicros);
  if (within.status === 'unknown') return undefined;
  return within.status === 'fits' ? perRound(within.outputTokens) : 0;
}
