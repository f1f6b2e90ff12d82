import type { Allowance } from '../caveats/allowance.js';
import { matchRule } from '../caveats/tools.js';
import { MICROS_PER_UNIT, type Micros } from '../money/units.js';

/** The gateway's own price of a name, or of a prefix. */
interface ToolPrice {
  readonly name: string;
  readonly prefix: boolean;
  /** Micro-credits per call; undefined: no price in credits. */
  readonly micros: Micros | undefined;
  /** Micro-dollars per call; undefined: no price in USD. */
  readonly usdMicros?: Micros | undefined;
}

/** The `tools:` section of the configuration. */
export interface ToolPriceList {
  readonly rules: readonly ToolPrice[];
  /** Micro-credits, for a name with no line of its own; without it such a name has no price. */
  readonly defaultMicros: Micros | undefined;
}

export type CallPrice =
  /** In micro-credits, and in micro-dollars where the list has a figure. */
  | { readonly status: 'priced'; readonly micros: Micros; readonly usdMicros: Micros | undefined }
  /** A `tools` caveat does not let this name through. */
  | { readonly status: 'not_allowed' }
  /** No price in credits; one in USD where the list has it. */
  | { readonly status: 'unknown'; readonly usdMicros: Micros | undefined }
  /** A `tools` caveat asks for more than {@link MAX_UNBOUNDED_PRICE}, and nothing bounds that. */
  | { readonly status: 'too_high'; readonly micros: Micros };

/**
 * The most that a caveat can ask for a call under a root without a budget in credits: a thousand of
 * them. Every account of the path counts what a call costs, and no limit of the root would stop
 * that: `tools = x:9007199254` in a child's macaroon would bring the counters of the whole tree to
 * 2^53 with one call, and then nobody is admitted any more. So it takes nine million calls.
 */
export const MAX_UNBOUNDED_PRICE: Micros = 1_000 * MICROS_PER_UNIT;

/**
 * What one call of `name` costs the holder in credits: the highest that the price list and any
 * `tools` caveat ask for. A caveat alone is no price, since anyone can append one. In USD the price
 * list alone has a price, as a caveat's is in credits. Whether there is a budget has not been checked.
 */
export function priceCall(list: ToolPriceList, allowance: Allowance, name: string): CallPrice {
  let asked: Micros = 0;
  for (const rules of allowance.tools) {
    const rule = matchRule(rules, name);
    if (rule === undefined) return { status: 'not_allowed' };
    asked = Math.max(asked, rule.priceMicros ?? 0);
  }
  const line = matchRule(list.rules, name);
  const own = line === undefined ? list.defaultMicros : line.micros;
  const usdMicros = line?.usdMicros;
  if (own === undefined) return { status: 'unknown', usdMicros };
  const micros = Math.max(own, asked);
  const isBounded =
    micros <= Math.max(own, MAX_UNBOUNDED_PRICE) ||
    allowance.path[0]?.limits.some(({ unit }) => unit === 'credits') === true;
  return isBounded ? { status: 'priced', micros, usdMicros } : { status: 'too_high', micros };
}
