import type { Micros } from '../../money/units.js';
import { piecePicos, ratesOf, toolPicos } from './cost.js';
import { type Band, DEFAULT_TIER, type ModelPrice, type Picos, type Rates } from './price.js';
import { MissingFigure, type ModelCost, orUnknown, toCount, toMicros, toPicos } from './total.js';

/** The most that a call can use, as its request says it. */
export interface CallBound {
  /** All that the provider can count as input, of every kind together. */
  readonly inputTokens: number;
  /** Of one choice, reasoning included. */
  readonly outputTokens: number;
  /** 1 unless said. Each has its own output; the input is billed once. */
  readonly choices?: number;
  /**
   * What the input can be billed as besides plain and cached input. `none`: the provider writes no
   * cache unless it is asked to, and it was not. `short`, `long`: the request asks for one that
   * lives minutes, or for hours. `unstated`, as unless said: the provider decides, so that every
   * kind with a figure counts.
   */
  readonly cacheWrites?: 'none' | 'short' | 'long' | 'unstated';
  /** Images, and characters of text, that are billed by the piece. */
  readonly images?: number;
  readonly characters?: number;
  /** The most runs of each tool on the provider's side. */
  readonly serverTools?: Readonly<Record<string, number>>;
  /** Every tier that can serve the call; `default` alone unless said. */
  readonly tiers?: readonly string[];
}

/**
 * The most that the call can cost, in micro-dollars: never less than {@link costOf} for any usage
 * within the bound that has a price. Which tier serves, how long the input really is, and what of it
 * is cached, is not known before: the dearest counts.
 * @throws {RangeError} for a count that is negative, fractional or beyond 2^53, or for no tier
 */
export function upperBound(price: ModelPrice, bound: CallBound): ModelCost {
  return orUnknown(() => {
    const output = toCount('outputTokens', bound.outputTokens);
    let dearest = 0n;
    for (const { fixed, perOutputToken } of listCases(price, bound)) {
      const total = fixed + output * perOutputToken;
      if (total > dearest) dearest = total;
    }
    return toMicros(dearest);
  });
}

export type OutputWithin =
  /** `outputTokens` of each choice, at most those of the bound. */
  | { readonly status: 'fits'; readonly outputTokens: number }
  /** Not even a call without any output. */
  | { readonly status: 'too_dear' }
  | Extract<ModelCost, { status: 'unknown' }>;

/**
 * The largest output with which {@link upperBound} stays within an amount: the bound's own at the
 * most.
 * @throws {RangeError} as {@link upperBound}
 */
export function outputWithin(price: ModelPrice, bound: CallBound, micros: Micros): OutputWithin {
  return orUnknown((): OutputWithin => {
    const budget = toPicos(micros);
    let tokens = toCount('outputTokens', bound.outputTokens);
    for (const { fixed, perOutputToken } of listCases(price, bound)) {
      if (fixed > budget) return { status: 'too_dear' };
      if (perOutputToken > 0n) tokens = min(tokens, (budget - fixed) / perOutputToken);
    }
    return { status: 'fits', outputTokens: Number(tokens) };
  });
}

/** One way in which the call can be billed, in picos. */
interface Case {
  /** Everything but the output. */
  readonly fixed: bigint;
  /** One more token of output in every choice. */
  readonly perOutputToken: bigint;
}

/** By tier and by length of the input. */
function listCases(price: ModelPrice, bound: CallBound): Case[] {
  const { tiers = [DEFAULT_TIER], serverTools = {} } = bound;
  if (tiers.length === 0) throw new RangeError('tiers: found none; expected at least one');
  const tools = toolPicos(price, serverTools);
  const cases: Case[] = [];
  for (const tier of tiers) {
    const rates = ratesOf(price, tier);
    addTokenCases(cases, rates, bound, tools + piecePicos(rates, bound));
  }
  return cases;
}

/** @param pieces what a call costs beside its tokens, in picos */
function addTokenCases(cases: Case[], { bands }: Rates, bound: CallBound, pieces: bigint): void {
  const inputTokens = toCount('inputTokens', bound.inputTokens);
  const choices = toCount('choices', bound.choices ?? 1);
  const needsOutput = bound.outputTokens > 0 && choices > 0n;
  let place = 0;
  for (const band of bands) {
    place += 1;
    const isReachable = place === 1 || inputTokens > band.aboveInputTokens;
    if (!isReachable) continue;
    const next = bands[place];
    // A shorter input than the bound is billed by its own band, which need not be the cheaper one.
    const longest =
      next === undefined ? inputTokens : min(inputTokens, BigInt(next.aboveInputTokens));
    const input = longest === 0n ? 0 : dearestInput(band, bound.cacheWrites ?? 'unstated');
    const output = needsOutput ? dearestOutput(band) : 0;
    cases.push({
      fixed: longest * BigInt(input) + pieces,
      perOutputToken: choices * BigInt(output),
    });
  }
}

function dearestInput(band: Band, cacheWrites: 'none' | 'short' | 'long' | 'unstated'): Picos {
  const { cachedInput = 0, cacheWrite = 0, cacheWriteLong = 0 } = band;
  const input = stated('input', band.input);
  switch (cacheWrites) {
    case 'none':
      return Math.max(input, cachedInput);
    case 'short':
      return Math.max(input, cachedInput, stated('cacheWrite', band.cacheWrite));
    case 'long':
      // One request can ask for both.
      return Math.max(
        input,
        cachedInput,
        cacheWrite,
        stated('cacheWriteLong', band.cacheWriteLong),
      );
    case 'unstated':
      return Math.max(input, cachedInput, cacheWrite, cacheWriteLong);
  }
}

function dearestOutput({ output, reasoning = 0 }: Band): Picos {
  return Math.max(stated('output', output), reasoning);
}

function stated(name: string, figure: Picos | undefined): Picos {
  if (figure === undefined) throw new MissingFigure(name);
  return figure;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
