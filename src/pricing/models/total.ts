import { isMicros } from '../../money/micros.js';
import type { Micros } from '../../money/units.js';

export type ModelCost =
  | { readonly status: 'priced'; readonly micros: Micros }
  /** The list has no figure for this part: `price_unknown`, never zero. */
  | { readonly status: 'unknown'; readonly missing: string }
  /** Micro-dollars beyond 2^53, which no budget holds. */
  | { readonly status: 'too_large' };

/** A part that the list has no figure for. Caught inside this folder. */
export class MissingFigure extends Error {
  override readonly name = 'MissingFigure';
  readonly missing: string;
  constructor(missing: string) {
    super(`no figure for ${missing}`);
    this.missing = missing;
  }
}

const PICOS_PER_MICRO = 1_000_000n;

/** Rounds up, once: a call costs whole micro-dollars, and never less than the provider bills. */
export function toMicros(picos: bigint): ModelCost {
  const micros = Number((picos + PICOS_PER_MICRO - 1n) / PICOS_PER_MICRO);
  return isMicros(micros) ? { status: 'priced', micros } : { status: 'too_large' };
}

/** The most that {@link toMicros} rounds to this amount. */
export function toPicos(micros: Micros): bigint {
  return BigInt(micros) * PICOS_PER_MICRO;
}

/** @throws {RangeError} for what is no count */
export function toCount(name: string, value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name}: found ${value}; expected a whole number from 0 to 2^53`);
  }
  return BigInt(value);
}

/** What `count` of something costs, in picos. None of it costs nothing, with or without a figure. */
export function priceOf(name: string, count: bigint, picos: number | undefined): bigint {
  if (count === 0n) return 0n;
  if (picos === undefined) throw new MissingFigure(name);
  return count * BigInt(picos);
}

/** @returns what `compute` does, or which figure it missed. */
export function orUnknown<T>(compute: () => T): T | Extract<ModelCost, { status: 'unknown' }> {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof MissingFigure)) throw error;
    return { status: 'unknown', missing: error.missing };
  }
}
