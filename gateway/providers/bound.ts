import type { ModelPrice } from '../../src/pricing/models/index.js';
import { unpriced } from './problems.js';
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

/** What of a model bounds a request: lengths in tokens, and what a run of a tool brings. */
export type ModelLimits = Pick<ModelPrice, 'contextWindow' | 'maxOutput' | 'serverTools'>;

/** With which Anthropic's `context-1m` lets a request be so long. */
const LONG_CONTEXT = 1_000_000;

/**
 * @param outputTokens the limit that goes upstream, of one choice; 0 where there is no output
 * @param mostOutput the largest that it can be: what is put out in one round is read in the next.
 *   It is the same for every limit that could be granted, so that the bound is a line between them
 * @throws {Problem} `price_unknown` when the input can outgrow the request and nothing bounds it
 */
export function boundRequest(
  request: ModelRequest,
  outputTokens: number,
  limits: ModelLimits,
  mostOutput = outputTokens,
): RequestBound {
  const { choices, cacheWrites, serverTools, tiers } = request;
  return {
    inputTokens: boundInput(request, limits, mostOutput),
    outputTokens: boundOutput(request, limits, outputTokens),
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

/** The most that the model can take in, and undefined where that is not known. */
export function windowOf(
  { isLongContext }: Pick<ModelRequest, 'isLongContext'>,
  { contextWindow }: ModelLimits,
): number | undefined {
  return isLongContext && contextWindow !== undefined
    ? Math.max(contextWindow, LONG_CONTEXT)
    : contextWindow;
}

function boundOutput(request: ModelRequest, limits: ModelLimits, outputTokens: number): number {
  const { outputRounds, extraOutputTokens, compactions } = request;
  const perRound = isAboveLimit(request, outputTokens)
    ? Math.max(outputTokens, windowFor('thinking.budget_tokens', request, limits))
    : outputTokens;
  // A summary is not said to be under the limit.
  const summaries = compactions === 0 ? 0 : compactions * longestSummary(request, limits);
  return perRound * outputRounds + extraOutputTokens + summaries;
}

/** What is thought can be more than the limit: it is then a budget of the whole turn. */
function isAboveLimit({ thinkingTokens }: ModelRequest, outputTokens: number): boolean {
  return thinkingTokens > 0 && thinkingTokens >= outputTokens;
}

function longestSummary(request: ModelRequest, limits: ModelLimits): number {
  return limits.maxOutput ?? windowFor('context_management', request, limits);
}

function boundInput(request: ModelRequest, limits: ModelLimits, mostOutput: number): number {
  const { outgrows, inputTokens, contextTokens, rounds, compactions } = request;
  const [path] = outgrows;
  const stated = inputTokens + contextTokens;
  const first = path === undefined ? stated : Math.max(stated, windowFor(path, request, limits));
  const read = rounds === 1 ? first : first + boundRounds(request, limits, first, mostOutput);
  return read * (1 + compactions);
}

/**
 * What the model reads again after each run of a tool: all that was there, what the runs have
 * brought, and what it has put out. Never more than its window.
 */
function boundRounds(
  request: ModelRequest,
  limits: ModelLimits,
  first: number,
  mostOutput: number,
): number {
  const runs = request.rounds - 1;
  const perRun = tokensPerRun(request, limits);
  const window = windowOf(request, limits);
  if (perRun === undefined) return runs * Math.max(first, windowFor('tools', request, limits));
  let tokens = 0;
  for (let run = 1; run <= runs; run += 1) {
    const grown = first + run * perRun + Math.min(run, request.outputRounds) * mostOutput;
    if (window !== undefined && grown >= window) {
      return tokens + (runs - run + 1) * Math.max(first, window);
    }
    tokens += grown;
  }
  return tokens;
}

/** Of the tool that brings the most; undefined where one has no figure. */
function tokensPerRun(
  { serverTools, runTokens }: ModelRequest,
  { serverTools: rates }: ModelLimits,
): number | undefined {
  let most = 0;
  for (const tool of Object.keys(serverTools)) {
    const tokens = runTokens[tool] ?? rates.get(tool)?.tokensPerRun;
    if (tokens === undefined) return undefined;
    most = Math.max(most, tokens);
  }
  return most;
}

function windowFor(path: string, request: ModelRequest, limits: ModelLimits): number {
  const window = windowOf(request, limits);
  if (window !== undefined) return window;
  throw unpriced(path, 'input that is not in the request, and no context window to bound it');
}
