import type { Allowance, ToolRule } from '../../src/caveats/index.js';
import { matchRule } from '../../src/caveats/tools.js';
import type { Limit } from '../../src/money/units.js';

/**
 * Several `tools` caveats as one list that says the same: under it, too, the longest match decides,
 * a name that matches nothing is refused, and the price is the highest that any of them asks for.
 */
export function joinTools(caveats: readonly (readonly ToolRule[])[]): ToolRule[] {
  const joined = new Map<string, ToolRule>();
  for (const { name, prefix } of caveats.flat()) {
    const decisive = caveats.map((rules) =>
      // All that a prefix matches is let through only by prefixes at least as wide.
      matchRule(prefix ? rules.filter((rule) => rule.prefix) : rules, name),
    );
    if (decisive.includes(undefined)) continue;
    const prices = decisive.flatMap((rule) => rule?.priceMicros ?? []);
    const priceMicros = prices.length === 0 ? undefined : Math.max(...prices);
    joined.set(`${name}${prefix ? '*' : ''}`, { name, prefix, priceMicros });
  }
  return [...joined.values()];
}

export interface BindingLimit {
  readonly account: string;
  readonly holder: string;
  readonly limit: Limit;
}

/** The smallest limit of each unit and window on the path: no call can pass more than these. */
export function bindingLimits({ path }: Allowance): BindingLimit[] {
  const smallest = new Map<string, BindingLimit>();
  for (const { account, holder, limits } of path) {
    for (const limit of limits) {
      const key = `${limit.unit}/${limit.window}`;
      const before = smallest.get(key);
      if (before === undefined || limit.limitMicros < before.limit.limitMicros) {
        smallest.set(key, { account, holder, limit });
      }
    }
  }
  return [...smallest.values()];
}
