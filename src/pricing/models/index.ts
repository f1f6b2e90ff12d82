/** What model calls cost by their tokens: a price list, a call's cost, and the most it can be. */
export { type CallBound, outputWithin, upperBound } from './bound.js';
export { costOf } from './cost.js';
export { lowerBound } from './floor.js';
export { createModelPriceList, type ModelPriceList, type PriceRule } from './list.js';
export {
  type Band,
  DEFAULT_TIER,
  type ModelPrice,
  type Origin,
  type Picos,
  type Rates,
  type ToolRate,
} from './price.js';
