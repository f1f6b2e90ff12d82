import type { Allowance } from '../caveats/allowance.js';
import { matchRule } from '../caveats/tools.js';
import type { Micros } from '../money/units.js';

/** The gateway's own price of a name, or of a prefix. */
interface ToolPrice {
  readonly name: string;
  readonly prefix: boolean;
  /** Micro-credits per call. */
  readonly micros: Micros;
}

/** The `tools:` section of the configuration. */
export interface ToolPriceList {
  readonly rules: readonly ToolPrice[];
  /** For a name with no line of its own; without it such a name has no price. */
  readonly defaultMicros: Micros | undefined;
}

export type CallPrice =
  | { readonly status: 'priced'; readonly micros: Micros }
  /** A `tools` caveat does not let this name through. */
  | { readonly status: 'not_allowed' }
  | { readonly status: 'unknown' };

/**
 * What one call of `name` costs the holder in credits: the highest that the price list and any
 * `tools` caveat ask for. A caveat alone is no price, since anyone can append one.
 */
export function priceCall(list: ToolPriceList, allowance: Allowance, name: string): CallPrice {
  const asked: Micros[] = [];
  for (const rules of allowance.tools) {
    const rule = matchRule(rules, name);
    if (rule === undefined) return { status: 'not_allowed' };
    if (rule.priceMicros !== undefined) asked.push(rule.priceMicros);
  }
  const own = matchRule(list.rules, name)?.micros ?? list.defaultMicros;
  if (own === undefined) return { status: 'unknown' };
  return { status: 'priced', micros: Math.max(own, ...asked) };
}
