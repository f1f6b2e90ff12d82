import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import {
  type Fields,
  type Runs,
  readCount,
  readCountOr,
  readFields,
  readFieldsOr,
  readServerTools,
  readTier,
  refuseTokens,
  subtract,
} from '../counts.js';

/** Priced apart from text, and refused in requests; a gateway that sees them charges the hold. */
const OTHER_INPUT = ['audio_tokens', 'video_tokens'];
const OTHER_OUTPUT = ['audio_tokens', 'image_tokens', 'video_tokens'];
/** What providers beside OpenAI count in `usage` itself and bill by the piece. */
const PIECES = ['num_sources_used', 'num_search_queries'];

/**
 * The `usage` of chat completions (OpenAI API reference, `CompletionUsage`): `prompt_tokens`
 * includes the cached ones and those written to the cache. DeepSeek says the cached ones as
 * `prompt_cache_hit_tokens`. OpenAI's `completion_tokens` includes the reasoning; where a provider
 * leaves it out (xAI, Gemini), `total_tokens` has it, and what the total has beyond is reasoning.
 * @throws {MalformedUsage}
 */
export function readChatUsage(value: unknown, tier: unknown): Usage {
  const usage = readFields(value, 'usage');
  const details = readFieldsOr(usage['prompt_tokens_details'], 'prompt_tokens_details');
  const cachedInput =
    readCountOr(details, 'cached_tokens') ?? readCountOr(usage, 'prompt_cache_hit_tokens') ?? 0;
  const prompt = readCount(usage, 'prompt_tokens');
  const completion = readCount(usage, 'completion_tokens');
  refuseTokens(details, OTHER_INPUT);
  const extra = beyond(usage, prompt + completion);
  const { input, cacheWrite } = splitInput(prompt, cachedInput, details);
  const { output, reasoning } = splitOutput(completion, extra, usage['completion_tokens_details']);
  return {
    input,
    cachedInput,
    cacheWrite,
    cacheWriteLong: 0,
    output,
    reasoning,
    serverTools: readRuns(usage),
    tier: readTier(tier) ?? NO_USAGE.tier,
  };
}

/**
 * The `usage` of the Responses API (OpenAI API reference, `ResponseUsage`).
 * @param itemTypes how many items of each type stand in the response's `output`
 * @throws {MalformedUsage}
 */
export function readResponseUsage(
  value: unknown,
  tier: unknown,
  itemTypes: ReadonlyMap<string, number>,
): Usage {
  const usage = readFields(value, 'usage');
  const details = readFieldsOr(usage['input_tokens_details'], 'input_tokens_details');
  const input = readCount(usage, 'input_tokens');
  const output = readCount(usage, 'output_tokens');
  refuseTokens(details, OTHER_INPUT);
  return {
    ...splitInput(input, readCountOr(details, 'cached_tokens') ?? 0, details),
    ...splitOutput(output, beyond(usage, input + output), usage['output_tokens_details']),
    cacheWriteLong: 0,
    serverTools: { ...readRuns(usage), ...hostedRuns(itemTypes) },
    tier: readTier(tier) ?? NO_USAGE.tier,
  };
}

/**
 * The `usage` of embeddings: input alone. Providers that leave `prompt_tokens` at zero count in
 * `total_tokens`, which is taken where it is more.
 * @throws {MalformedUsage}
 */
export function readEmbeddingUsage(value: unknown): Usage {
  const usage = readFields(value, 'usage');
  const prompt = readCount(usage, 'prompt_tokens');
  return { ...NO_USAGE, input: prompt + beyond(usage, prompt) };
}

/** How much more the total is than its parts. */
function beyond(usage: Fields, parts: number): number {
  const total = readCountOr(usage, 'total_tokens') ?? parts;
  return subtract(total, parts, 'total_tokens');
}

function splitInput(input: number, cachedInput: number, details: Fields) {
  const cacheWrite = readCountOr(details, 'cache_write_tokens') ?? 0;
  return {
    input: subtract(input, cachedInput + cacheWrite, 'input tokens'),
    cachedInput,
    cacheWrite,
  };
}

/** @param unsaid output that the total has and the completion's own count has not: reasoning */
function splitOutput(counted: number, unsaid: number, detailsValue: unknown) {
  const details = readFieldsOr(detailsValue, 'output token details');
  refuseTokens(details, OTHER_OUTPUT);
  const said = readCountOr(details, 'reasoning_tokens') ?? 0;
  const reasoning = unsaid > 0 ? Math.max(unsaid, said) : said;
  return { output: subtract(counted + unsaid, reasoning, 'output tokens'), reasoning };
}

/** Of tools, and what is billed by the piece. */
function readRuns(usage: Fields): Runs {
  let runs = readServerTools(usage);
  for (const name of PIECES) {
    const count = readCountOr(usage, name) ?? 0;
    if (count > 0) runs = { ...runs, [name]: count };
  }
  return runs;
}

/** Calls that the caller's own program carries out, or that OpenAI does not bill. */
const NOT_HOSTED = new Set([
  'apply_patch_call',
  'computer_call',
  'custom_tool_call',
  'function_call',
  'local_shell_call',
  'mcp_call',
  'tool_search_call',
]);

/**
 * Runs of OpenAI's own tools: every item `…_call` that is not known to be free. A tool that is new
 * is counted under its name, so that it is charged as its price says, or as the hold.
 */
function hostedRuns(itemTypes: ReadonlyMap<string, number>): Record<string, number> {
  const runs: [string, number][] = [];
  for (const [type, count] of itemTypes) {
    if (!type.endsWith('_call') || NOT_HOSTED.has(type)) continue;
    runs.push([type.slice(0, -'_call'.length), count]);
  }
  return Object.fromEntries(runs);
}
