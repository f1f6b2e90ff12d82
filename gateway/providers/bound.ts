import { unpriced } from './draft.js';
import type { ModelRequest } from './request.js';

/** The most that a call can use, in the form in which a price list computes its cost. */
export interface RequestBound {
  /** All that can be counted as input, of every kind together. */
  readonly inputTokens: number;
  /** Of one choice, reasoning included. */
  readonly outputTokens: number;
  readonly choices: number;
  readonly cacheWrites: ModelRequest['cacheWrites'];
  readonly serverTools: Readonly<Record<string, number>>;
  readonly tiers: readonly string[];
}

/**
 * @param outputTokens the limit that goes upstream, of one choice; 0 where there is no output
 * @param contextWindow the model's, in tokens; undefined where it is not known
 * @throws {Problem} `price_unknown` when the input can outgrow the request and nothing bounds it
 */
export function boundRequest(
  request: ModelRequest,
  outputTokens: number,
  contextWindow: number | undefined,
): RequestBound {
  const { choices, cacheWrites, serverTools, tiers, rounds } = request;
  return {
    inputTokens: boundInput(request, contextWindow),
    // A provider may hold each round's output to the limit, and not the sum.
    outputTokens: outputTokens * rounds + request.extraOutputTokens,
    choices,
    cacheWrites,
    serverTools,
    tiers,
  };
}

/** The most of both, in and out: what a limit in `tokens` is charged. */
export function boundTokens({ inputTokens, outputTokens, choices }: RequestBound): number {
  return inputTokens + outputTokens * choices;
}

function boundInput(
  { outgrows, inputTokens, rounds }: ModelRequest,
  contextWindow: number | undefined,
): number {
  const [path] = outgrows;
  if (path === undefined) return inputTokens;
  if (contextWindow === undefined) {
    throw unpriced(path, 'input that is not in the request, and no context window to bound it');
  }
  return Math.max(inputTokens, contextWindow) * rounds;
}
