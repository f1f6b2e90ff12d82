import type { Band, ModelPrice, Picos } from './price.js';
import { type ModelCost, toCount, toMicros } from './total.js';

/** What is known of calls of a model that somebody else counts. */
export interface StatedCalls {
  readonly calls: number;
  /** Of all of them, of every kind, in and out. */
  readonly tokens: number;
}

/**
 * The least that such calls can cost by this line, in micro-dollars: the part of each request, and
 * every token at the cheapest figure of any kind, band and tier. Never more than the sum of what
 * `costOf` says of them, whatever they are made of. Images and tools on the provider's side are not
 * in it.
 * @throws {RangeError} for a count that is negative, fractional or beyond 2^53
 */
export function lowerBound(price: ModelPrice, stated: StatedCalls): ModelCost {
  const calls = toCount('calls', stated.calls);
  const tokens = toCount('tokens', stated.tokens);
  const tiers = [...price.tiers.values()];
  const perRequest = Math.min(...tiers.map((rates) => rates.perRequest ?? 0));
  const perToken = Math.min(...tiers.flatMap(({ bands }) => bands.flatMap(figuresOf)));
  const picosOfTokens = perToken === Number.POSITIVE_INFINITY ? 0n : tokens * BigInt(perToken);
  return toMicros(calls * BigInt(perRequest) + picosOfTokens);
}

/** Those that the list has: a kind without one has no price at all. */
function figuresOf({ aboveInputTokens: _, ...figures }: Band): Picos[] {
  return Object.values(figures).filter((figure) => figure !== undefined);
}
