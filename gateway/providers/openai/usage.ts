import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import {
  type Fields,
  MalformedUsage,
  NO_RUNS,
  type Runs,
  readCountOr,
  readFields,
  readFieldsOr,
  readHighest,
  readServerTools,
  subtract,
} from '../counts.js';
import { largerRuns } from '../merge-usage.js';
import { type Known, refuseUnread } from '../unread.js';
import type { Word } from '../usage-record.js';

/** What providers beside OpenAI count in `usage` itself and bill by the piece. */
const PIECES = ['num_sources_used', 'num_search_queries'];

/** OpenAI's names in chat completions and in responses; some gateways send both. */
const INPUT = ['prompt_tokens', 'input_tokens'];
const OUTPUT = ['completion_tokens', 'output_tokens'];

/** Input from the provider's cache: DeepSeek's name, Moonshot's and Together's, LiteLLM's. */
const CACHED = ['prompt_cache_hit_tokens', 'cached_tokens', 'cache_read_input_tokens'];
/** Input written to it: OpenAI's name and OpenRouter's, LiteLLM's, DashScope's. */
const WRITTEN = ['cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens'];
const SHORT = 'ephemeral_5m_input_tokens';
const LONG = 'ephemeral_1h_input_tokens';

const LIVES: Known = { [SHORT]: true, [LONG]: true };
const PARTS: Known = { text_tokens: true, image_tokens: true };
const INPUT_DETAILS: Known = {
  ...PARTS,
  ...named([...CACHED, ...WRITTEN]),
  cached_tokens_details: PARTS,
  cache_creation: LIVES,
  cache_creation_token_details: LIVES,
};
const OUTPUT_DETAILS: Known = { text_tokens: true, reasoning_tokens: true };
/** Stated costs are read elsewhere (`stated-cost.ts`). */
const KNOWN: Known = {
  ...named([...INPUT, ...OUTPUT, ...CACHED, ...WRITTEN, ...PIECES]),
  ...named(['total_tokens', 'reasoning_tokens', 'prompt_cache_miss_tokens', 'server_tool_use']),
  ...named(['cost', 'total_cost', 'estimated_cost', 'cost_in_usd_ticks']),
  prompt_tokens_details: INPUT_DETAILS,
  input_tokens_details: INPUT_DETAILS,
  completion_tokens_details: OUTPUT_DETAILS,
  output_tokens_details: OUTPUT_DETAILS,
  cache_creation: LIVES,
};

/** Of embeddings: nothing that is put out has been looked at. */
const { completion_tokens: _output, output_tokens: _same, ...KNOWN_OF_INPUT } = KNOWN;

function named(names: readonly string[]): Known {
  return Object.fromEntries(names.map((name) => [name, true as const]));
}

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
  const input = readHighest(usage, INPUT);
  const output = readHighest(usage, OUTPUT);
  if (input === undefined || output === undefined) {
    return unfinished(input, output);
  }
  refuseUnread(usage, KNOWN, ignored);
  const unsaid = beyond(usage, input + output);
  const { openWrites, ...taken } = splitInput(input, usage);
  const read: Usage = {
    ...taken,
    ...splitOutput(output, unsaid, usage, ignored),
    serverTools: largerRuns(runs ?? NO_RUNS, readRuns(usage, ignored)),
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
  const usage = readFields(value, 'usage');
  const prompt = readHighest(usage, INPUT);
  const total = readCountOr(usage, 'total_tokens');
  const input = total === undefined ? prompt : (prompt ?? 0) + beyond(usage, prompt ?? 0);
  if (input === undefined) return unfinished(undefined, undefined);
  refuseUnread(usage, KNOWN_OF_INPUT, ignored);
  const { openWrites, ...taken } = splitInput(input, usage);
  const read = { ...NO_USAGE, ...taken, tier: tier ?? NO_USAGE.tier };
  return { word: { status: 'whole', usage: read }, openWrites };
}

/** How much more the total is than its parts. */
function beyond(usage: Fields, parts: number): number {
  const total = readCountOr(usage, 'total_tokens') ?? parts;
  return subtract(total, parts, 'total_tokens');
}

function splitInput(input: number, usage: Fields) {
  const places = [
    usage,
    readFieldsOr(usage['prompt_tokens_details'], 'prompt_tokens_details'),
    readFieldsOr(usage['input_tokens_details'], 'input_tokens_details'),
  ];
  const cachedInput = highest(places, CACHED);
  const written = highest(places, WRITTEN);
  const { short, long } = readLives(places);
  const openWrites = Math.max(0, written - short - long);
  return {
    input: subtract(input, cachedInput + short + long + openWrites, 'input tokens'),
    cachedInput,
    cacheWrite: short + openWrites,
    cacheWriteLong: long,
    openWrites,
  };
}

/** Writes of which the lifetime is said, as Anthropic says it. */
function readLives(places: readonly Fields[]): { readonly short: number; readonly long: number } {
  let short = 0;
  let long = 0;
  for (const fields of places) {
    for (const name of ['cache_creation', 'cache_creation_token_details']) {
      const lives = [readFieldsOr(fields[name], name)];
      short = Math.max(short, highest(lives, [SHORT]));
      long = Math.max(long, highest(lives, [LONG]));
    }
  }
  return { short, long };
}

/** @param unsaid output that the total has and the output's own count has not: reasoning */
function splitOutput(
  counted: number,
  unsaid: number,
  usage: Fields,
  ignored: ReadonlySet<string> | undefined,
) {
  const details = [
    readFieldsOr(usage['completion_tokens_details'], 'completion_tokens_details'),
    readFieldsOr(usage['output_tokens_details'], 'output_tokens_details'),
  ];
  const said = highest(details, ['reasoning_tokens']);
  // Beside the details (Perplexity) it can be billed beside the output, too.
  const beside = ignored?.has('reasoning_tokens') ? 0 : highest([usage], ['reasoning_tokens']);
  if (beside > Math.max(unsaid, said)) {
    throw new MalformedUsage(`reasoning_tokens is ${beside}, which the total does not count`);
  }
  const reasoning = unsaid > 0 ? Math.max(unsaid, said) : said;
  return { output: subtract(counted + unsaid, reasoning, 'output tokens'), reasoning };
}

/** The highest count that any of these places has under any of these names; 0 where none has one. */
function highest(places: readonly Fields[], names: readonly string[]): number {
  let most = 0;
  for (const fields of places) most = Math.max(most, readHighest(fields, names) ?? 0);
  return most;
}

/** Of tools, and what is billed by the piece. */
function readRuns(usage: Fields, ignored: ReadonlySet<string> | undefined): Runs {
  let runs = readServerTools(usage, ignored);
  for (const name of PIECES) {
    const count = ignored?.has(name) ? 0 : (readCountOr(usage, name) ?? 0);
    if (count > 0) runs = { ...runs, [name]: count };
  }
  return runs;
}
