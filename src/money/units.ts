/** What a budget is counted in. The order is fixed: the ledger stores counters by it. */
export const UNITS = ['credits', 'usd', 'tokens', 'calls'] as const;
export type Unit = (typeof UNITS)[number];

/** UTC calendar spans after which a limit begins anew; `life` never does. */
export const WINDOWS = ['life', 'minute', 'hour', 'day', 'week', 'month'] as const;
export type Window = (typeof WINDOWS)[number];

/**
 * An amount in millionths of its unit: an integer, 0 ≤ n < 2^53. One credit is 1,000,000.
 * Sums go through {@link addMicros}; there is no float amount anywhere.
 */
export type Micros = number;

/** The number of {@link Micros} in one whole unit. */
export const MICROS_PER_UNIT = 1_000_000;

/** A cost or a count in several units at once. A missing unit is *unknown*, which is not zero. */
export type Vector = { readonly [U in Unit]?: Micros };

/**
 * A vector of the amounts that are known. Those that say the same units are made alike, whoever makes
 * them: an engine reads members of such objects without a search.
 */
export function vectorOf(amounts: { readonly [U in Unit]: Micros | undefined }): Vector {
  const { credits, usd, tokens, calls } = amounts;
  const vector: { [U in Unit]?: Micros } = {};
  if (credits !== undefined) vector.credits = credits;
  if (usd !== undefined) vector.usd = usd;
  if (tokens !== undefined) vector.tokens = tokens;
  if (calls !== undefined) vector.calls = calls;
  return vector;
}

/** One limit on one account. */
export interface Limit {
  readonly unit: Unit;
  readonly window: Window;
  readonly limitMicros: Micros;
  /** Set aside on every ancestor when activated (DESIGN §3, rule 4), not drawn as it is spent. */
  readonly carved: boolean;
}

export function isUnit(text: string): text is Unit {
  return (UNITS as readonly string[]).includes(text);
}

export function isWindow(text: string): text is Window {
  return (WINDOWS as readonly string[]).includes(text);
}
