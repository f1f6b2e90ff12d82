import type { Allowance } from '../../src/caveats/allowance.js';
import { matchRule } from '../../src/caveats/tools.js';
import type { ModelPriceList } from '../../src/pricing/models/index.js';
import { priceCall, type ToolPriceList } from '../../src/pricing/tool-price.js';
import type { ModelUpstream } from './upstreams.js';

export interface ListedModel {
  readonly id: string;
  /** The upstream that serves it, as the configuration names it. */
  readonly upstream: string;
  /** In tokens, where the price list says it. */
  readonly contextWindow: number | undefined;
  readonly maxOutput: number | undefined;
}

export interface ListDeps {
  readonly modelUpstreams: readonly ModelUpstream[];
  readonly prices: () => ModelPriceList;
  readonly priceList: ToolPriceList;
}

/**
 * The models that a macaroon can call: routed, allowed by its caveats, and priced in every unit that
 * its path limits by price. Of a prefix only the names that some list spells out are known. Whether
 * there is money left has not been looked at.
 */
export function listModels(deps: ListDeps, allowance: Allowance): ListedModel[] {
  const prices = deps.prices();
  const names = new Set<string>();
  for (const { models } of deps.modelUpstreams) addExact(names, models);
  addExact(names, deps.priceList.rules);
  addExact(names, prices.rules);
  const limited = new Set(allowance.path.flatMap(({ limits }) => limits.map(({ unit }) => unit)));
  return [...names].toSorted().flatMap((id) => {
    const serving = deps.modelUpstreams.find(({ models }) => matchRule(models, id) !== undefined);
    const credits = priceCall(deps.priceList, allowance, id);
    if (
      serving === undefined ||
      credits.status === 'not_allowed' ||
      credits.status === 'too_high'
    ) {
      return [];
    }
    const price = prices.find(id);
    const hasUsd = price !== undefined;
    const hasCredits = credits.status === 'priced';
    const isPriced =
      (hasUsd || hasCredits) &&
      (hasUsd || !limited.has('usd')) &&
      (hasCredits || !limited.has('credits'));
    if (!isPriced) return [];
    const { contextWindow, maxOutput } = price ?? {};
    return [{ id, upstream: serving.name, contextWindow, maxOutput }];
  });
}

function addExact(
  names: Set<string>,
  rules: readonly { readonly name: string; readonly prefix: boolean }[],
): void {
  for (const { name, prefix } of rules) if (!prefix) names.add(name);
}
