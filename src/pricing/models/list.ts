import type { ModelPrice } from './price.js';

/** For the exact name, or for everything that begins with it. */
export interface PriceRule {
  readonly name: string;
  readonly prefix: boolean;
  readonly price: ModelPrice;
}

export interface ModelPriceList {
  /**
   * The price of a model by its name as the caller sends it, case included: an exact line, else the
   * longest prefix. Undefined is no price, and never free.
   */
  find(model: string): ModelPrice | undefined;
  readonly rules: readonly PriceRule[];
}

/** @param rules each name and each prefix once; of two, the later one counts. */
export function createModelPriceList(rules: readonly PriceRule[]): ModelPriceList {
  const exact = new Map<string, ModelPrice>();
  const byPrefix = new Map<string, ModelPrice>();
  for (const { name, prefix, price } of rules) (prefix ? byPrefix : exact).set(name, price);
  const longestFirst = [...byPrefix].toSorted(([a], [b]) => b.length - a.length);
  return {
    find: (model) =>
      exact.get(model) ?? longestFirst.find(([prefix]) => model.startsWith(prefix))?.[1],
    rules,
  };
}
