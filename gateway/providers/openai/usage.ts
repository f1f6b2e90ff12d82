import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import {
  MalformedUsage,
  NO_RUNS,
  type Runs,
  readFields,
  readServerTools,
  subtract,
} from '../counts.js';
import { type Counts, gatherCounts, type Known, known, type Role } from '../gather.js';
import { largerRuns } from '../merge-usage.js';
import type { Word } from '../usage-record.js';

function named(role: Role, ...names: readonly string[]): Record<string, Role> {
  return Object.fromEntries(names.map((name) => [name, role]));
}

const LIVES = known({ ephemeral_5m_input_tokens: 'short', ephemeral_1h_input_tokens: 'long' });
/** What is billed as any other of the same side. */
const PLAIN_PARTS = named('unbilled', 'text_tokens', 'image_tokens');
/** Input from the provider's cache: OpenAI's name, DeepSeek's, and LiteLLM's. */
const CACHED = named(
  'cached',
  'cached_tokens',
  'prompt_cache_hit_tokens',
  'cache_read_input_tokens',
);
/** Input written to it: OpenAI's name and OpenRouter's, LiteLLM's, DashScope's. */
const WRITTEN = named(
  'written',
  'cache_write_tokens',
  'cache_creation_tokens',
  'cache_creation_input_tokens',
);
const INPUT_DETAILS = known({
  ...PLAIN_PARTS,
  ...CACHED,
  ...WRITTEN,
  cached_tokens_details: known(PLAIN_PARTS),
  cache_creation: LIVES,
  cache_creation_token_details: LIVES,
});
const OUTPUT_DETAILS = known({ text_tokens: 'unbilled', reasoning_tokens: 'reasoning' });
const KNOWN_OF_INPUT = {
  // OpenAI's names in chat completions and in responses; some gateways send both.
  ...named('input', 'prompt_tokens', 'input_tokens'),
  ...CACHED,
  ...WRITTEN,
  total_tokens: 'total',
  // Beside the details (Perplexity) it can be billed beside the output, too.
  reasoning_tokens: 'beside',
  prompt_cache_miss_tokens: 'unbilled',
  // What providers beside OpenAI count in `usage` itself and bill by the piece.
  ...named('piece', 'num_sources_used', 'num_search_queries'),
  // Read below, and in `stated-cost.ts`.
  ...named('unbilled', 'server_tool_use'),
  ...named('unbilled', 'cost', 'total_cost', 'estimated_cost', 'cost_in_usd_ticks'),
  prompt_tokens_details: INPUT_DETAILS,
  input_tokens_details: INPUT_DETAILS,
  cache_creation: LIVES,
} satisfies Record<string, Role | Known>;
const EMBEDDING = known(KNOWN_OF_INPUT);
const TOKENS = known({
  ...KNOWN_OF_INPUT,
  ...named('output', 'completion_tokens', 'output_tokens'),
  completion_tokens_details: OUTPUT_DETAILS,
  output_tokens_details: OUTPUT_DETAILS,
});

/** What an answer says beside its usage. */
export interface Beside {
  /** The tier as it is named; undefined where none is. */
  readonly tier: string | undefined;
  /** Runs of the provider's tools that stand elsewhere in the answer. */
  readonly runs?: Runs;
  /** Numbers that cost nothing at this upstream. */
  readonly ignored?: ReadonlySet<string> | undefined;
}

export interface ReadUsage {
  readonly word: Word;
  /** Tokens written to a cache whose lifetime is not said; they are in `cacheWrite`. */
  readonly openWrites: number;
}

/**
 * The `usage` of chat completions and of responses (OpenAI API reference, `CompletionUsage` and
 * `ResponseUsage`): the input includes what was cached and what was written to the cache, and the output
 * includes the reasoning. Where a provider leaves that out (xAI, Gemini), `total_tokens` has it, and what
 * the total has beyond is reasoning.
 * @throws {MalformedUsage}
 */
export function readTokenUsage(value: unknown, { tier, runs, ignored }: Beside): ReadUsage {
  const usage = readFields(value, 'usage');
  const counts = gatherCounts(usage, TOKENS, ignored);
  const { input, output } = counts;
  if (input === undefined || output === undefined) return unfinished(input, output);
  const openWrites = openWritesOf(counts);
  const unsaid = beyond(counts, input + output);
  const reasoning = reasoningOf(unsaid, counts);
  // Member by member: an object that spreads add to takes ten times as long.
  const read: Usage = {
    input: plainInput(input, openWrites, counts),
    cachedInput: counts.cached ?? 0,
    cacheWrite: (counts.short ?? 0) + openWrites,
    cacheWriteLong: counts.long ?? 0,
    output: subtract(output + unsaid, reasoning, 'output tokens'),
    reasoning,
    serverTools: runsOf(counts, readServerTools(usage, ignored), runs),
    tier: tier ?? NO_USAGE.tier,
  };
  return { word: { status: 'whole', usage: read }, openWrites };
}

function unfinished(input: number | undefined, output: number | undefined): ReadUsage {
  const missing = input === undefined ? 'the input' : 'the output';
  return {
    word: { status: 'part', missing, input: input ?? 0, output: output ?? 0 },
    openWrites: 0,
  };
}

/**
 * The `usage` of embeddings: input alone. Providers that leave `prompt_tokens` at zero, or out, count in
 * `total_tokens`, which is taken where it is more.
 * @throws {MalformedUsage}
 */
export function readEmbeddingUsage(
  value: unknown,
  { tier, ignored }: Omit<Beside, 'runs'>,
): ReadUsage {
  const counts = gatherCounts(readFields(value, 'usage'), EMBEDDING, ignored);
  const { input = 0, total } = counts;
  if (counts.input === undefined && total === undefined) return unfinished(undefined, undefined);
  const openWrites = openWritesOf(counts);
  const read: Usage = {
    input: plainInput(input + beyond(counts, input), openWrites, counts),
    cachedInput: counts.cached ?? 0,
    cacheWrite: (counts.short ?? 0) + openWrites,
    cacheWriteLong: counts.long ?? 0,
    output: 0,
    reasoning: 0,
    serverTools: NO_RUNS,
    tier: tier ?? NO_USAGE.tier,
  };
  return { word: { status: 'whole', usage: read }, openWrites };
}

/** How much more the total is than its parts. */
function beyond({ total }: Counts, parts: number): number {
  return total === undefined ? 0 : subtract(total, parts, 'total_tokens');
}

function openWritesOf({ written = 0, short = 0, long = 0 }: Counts): number {
  return Math.max(0, written - short - long);
}

/** What was neither read from a cache nor written to one. */
function plainInput(input: number, openWrites: number, counts: Counts): number {
  const { cached = 0, short = 0, long = 0 } = counts;
  return subtract(input, cached + short + long + openWrites, 'input tokens');
}

/** @param unsaid output that the total has and the output's own count has not: reasoning */
function reasoningOf(unsaid: number, { reasoning: said = 0, beside = 0 }: Counts): number {
  if (beside > Math.max(unsaid, said)) {
    throw new MalformedUsage(`reasoning_tokens is ${beside}, which the total does not count`);
  }
  return unsaid > 0 ? Math.max(unsaid, said) : said;
}

function runsOf({ pieces }: Counts, tools: Runs, elsewhere: Runs = NO_RUNS): Runs {
  const runs = largerRuns(elsewhere, tools);
  return pieces === undefined ? runs : { ...runs, ...Object.fromEntries(pieces) };
}
