import type { Usage } from '../usage.js';
import type { Band, ModelPrice, Rates } from './price.js';
import { MissingFigure, type ModelCost, orUnknown, priceOf, toCount, toMicros } from './total.js';

/** What a call had besides its usage. */
export interface BilledParts {
  /** Images that the provider bills by the piece; those that it counts as tokens are usage. */
  readonly images?: number;
  /** Characters of text, of a provider that bills by them. */
  readonly characters?: number;
}

/**
 * What a call cost, in micro-dollars, by the usage that its provider reports: summed in
 * pico-dollars, rounded up once. The usage is taken as it is; whether a provider can be right about
 * it is the caller's to check.
 * @throws {RangeError} for a count that is negative, fractional or beyond 2^53
 */
export function costOf(price: ModelPrice, usage: Usage, parts: BilledParts = {}): ModelCost {
  return orUnknown(() => {
    const rates = ratesOf(price, usage.tier);
    return toMicros(
      tokenPicos(rates, usage) + toolPicos(price, usage.serverTools) + piecePicos(rates, parts),
    );
  });
}

function tokenPicos(rates: Rates, usage: Usage): bigint {
  const count = (name: 'input' | 'cachedInput' | 'cacheWrite' | 'cacheWriteLong') =>
    toCount(name, usage[name]);
  const input = count('input');
  const cachedInput = count('cachedInput');
  const cacheWrite = count('cacheWrite');
  const cacheWriteLong = count('cacheWriteLong');
  const band = bandOf(rates, input + cachedInput + cacheWrite + cacheWriteLong);
  return (
    priceOf('input', input, band.input) +
    priceOf('cachedInput', cachedInput, band.cachedInput) +
    priceOf('cacheWrite', cacheWrite, band.cacheWrite) +
    priceOf('cacheWriteLong', cacheWriteLong, band.cacheWriteLong) +
    priceOf('output', toCount('output', usage.output), band.output) +
    priceOf('reasoning', toCount('reasoning', usage.reasoning), band.reasoning ?? band.output)
  );
}

/** By tool, what so many runs cost. */
export function toolPicos(price: ModelPrice, runs: Readonly<Record<string, number>>): bigint {
  let total = 0n;
  for (const [name, count] of Object.entries(runs)) {
    const label = `serverTools.${name}`;
    total += priceOf(label, toCount(label, count), price.serverTools.get(name)?.picosPerRun);
  }
  return total;
}

/** The parts that are billed by the piece: the request, its images, and the characters of its text. */
export function piecePicos(
  { perRequest, perImage, perCharacter }: Rates,
  { images = 0, characters = 0 }: BilledParts,
): bigint {
  return (
    BigInt(perRequest ?? 0) +
    priceOf('perImage', toCount('images', images), perImage) +
    priceOf('perMillionCharacters', toCount('characters', characters), perCharacter)
  );
}

/** @throws {MissingFigure} for a tier that the line does not have */
export function ratesOf(price: ModelPrice, tier: string): Rates {
  const rates = price.tiers.get(tier);
  if (rates === undefined) throw new MissingFigure(`tiers.${tier}`);
  return rates;
}

function bandOf({ bands }: Rates, inputTokens: bigint): Band {
  return bands.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens) ?? bands[0];
}
