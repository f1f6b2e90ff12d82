import type { CostRange } from '../../src/ledger/contract.js';
import { UNITS, type Vector } from '../../src/money/units.js';
import type { ModelPrice } from '../../src/pricing/models/index.js';
import { Problem } from '../api/problem.js';
import type { ModelRequest } from '../providers/request.js';

export interface OutputSettings {
  /** Tokens of each choice, where the caller states no maximum: granted at the most. */
  readonly defaultOutput: number;
  /** The same of a model that reasons: reasoning counts as output. */
  readonly defaultReasoningOutput: number;
  /** Granted at the least; 402 where even this does not fit. */
  readonly leastOutput: number;
}

/** The output of each choice that a call may be held for, in tokens. */
export interface OutputRange {
  readonly least: number;
  readonly most: number;
  /** The gateway grants what fits, and writes it into the request. */
  readonly isWritten: boolean;
}

/**
 * What a call may put out. The caller's own maximum counts. Where there is none and the path limits
 * what tokens cost, the largest that it affords is granted. Where it limits nothing of the kind, one
 * careless call takes nothing from its siblings, and the model's own maximum is the most that is held.
 */
export function outputRange(
  { output, api, thinkingTokens }: ModelRequest,
  price: ModelPrice,
  isLimited: boolean,
  settings: OutputSettings,
): OutputRange {
  if (api === 'images') return fixed(imageTokens(price));
  if (output.status === 'none') return fixed(0);
  const own = price.maxOutput ?? price.contextWindow;
  // Without a limit nobody is protected by holding what no model can put out, and the counters of the
  // whole tree would be near 2^53 for as long as the call is open.
  if (output.status === 'stated') {
    return fixed(isLimited || own === undefined ? output.tokens : Math.min(output.tokens, own));
  }
  // Anthropic takes no request without a limit, so that there it is always written.
  if (!isLimited && own !== undefined && api !== 'messages') return fixed(own);
  // A limit that is written is above what the request lets the model think, or it would be none.
  const wished = Math.max(defaultOutputOf(price, settings), thinkingTokens + settings.leastOutput);
  const most = Math.min(wished, own ?? wished);
  const least = Math.max(settings.leastOutput, thinkingTokens + 1);
  return { least: Math.min(least, most), most, isWritten: true };
}

/** Of one image: no request limits it. @throws {Problem} `price_unknown` */
function imageTokens({ maxOutput, pattern }: ModelPrice): number {
  if (maxOutput !== undefined) return maxOutput;
  throw new Problem('price_unknown', {
    message:
      `The price list has no maxOutput of ${JSON.stringify(pattern)}, and nothing else says how many ` +
      'tokens one image can be.',
    param: 'model',
  });
}

function defaultOutputOf(price: ModelPrice, settings: OutputSettings): number {
  if (price.defaultOutput !== undefined) return price.defaultOutput;
  return price.reasons === true ? settings.defaultReasoningOutput : settings.defaultOutput;
}

function fixed(tokens: number): OutputRange {
  return { least: tokens, most: tokens, isWritten: false };
}

/** A range of costs, with the tokens of output that each step stands for. */
export interface SteppedCost {
  readonly range: CostRange;
  readonly outputAt: (step: number) => number;
}

/**
 * A step is a token of output, or several where (most − least) × steps would reach 2^53.
 *
 * The ledger takes a cost between the two as their straight line, rounded up. The bound in tokens is
 * such a line. The bound in USD is the highest of several, rounded up, and so never above the one
 * that joins its ends: what is held at a step is never below the bound of that step.
 * @param costAt of so many tokens; its units are the same for all
 */
export function stepCost(
  { least, most }: OutputRange,
  costAt: (outputTokens: number) => Vector,
): SteppedCost {
  const low = costAt(least);
  const span = most - least;
  if (span === 0) return { range: { least: low, most: low, steps: 0 }, outputAt: () => least };
  const widest = widestSpread(low, costAt(most));
  const fitting = widest === 0 ? span : Math.floor(Number.MAX_SAFE_INTEGER / widest);
  const stride = Math.ceil(span / Math.max(1, Math.min(span, fitting)));
  const steps = Math.floor(span / stride);
  const range = { least: low, most: costAt(least + steps * stride), steps };
  return { range, outputAt: (step) => least + step * stride };
}

function widestSpread(low: Vector, high: Vector): number {
  let widest = 0;
  for (const unit of UNITS) widest = Math.max(widest, (high[unit] ?? 0) - (low[unit] ?? 0));
  return widest;
}
