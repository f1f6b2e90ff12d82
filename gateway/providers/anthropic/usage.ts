import type { Usage } from '../../../src/pricing/usage.js';
import type { ReadingTerms, TierPart } from '../../stream/reading.js';
import {
  type Fields,
  isNamed,
  MalformedUsage,
  readFields,
  readFieldsOr,
  readServerTools,
  readTier,
  subtract,
} from '../counts.js';
import { type Counts, gatherCounts, known } from '../gather.js';
import { inputOf } from '../merge-usage.js';
import type { Word } from '../usage-record.js';

/** Where the provider says that a call ran nowhere special. */
const PLAIN_TIER = 'standard';
const PLAIN_SPEED = 'standard';
const PLAIN_GEO = ['global', 'not_available'];

/** Stated costs are read elsewhere (`stated-cost.ts`); iterations and runs, below. */
const MESSAGE = known({
  input_tokens: 'input',
  cache_read_input_tokens: 'cached',
  cache_creation_input_tokens: 'written',
  cache_creation: known({
    ephemeral_5m_input_tokens: 'short',
    ephemeral_1h_input_tokens: 'long',
  }),
  output_tokens: 'output',
  output_tokens_details: known({ thinking_tokens: 'reasoning' }),
  // Not Anthropic's own.
  total_tokens: 'total',
  server_tool_use: 'unbilled',
  iterations: 'unbilled',
  cost: 'unbilled',
  total_cost: 'unbilled',
  estimated_cost: 'unbilled',
  cost_in_usd_ticks: 'unbilled',
});

/**
 * The `usage` of a message (Anthropic API reference, `Usage`): `input_tokens` is what was neither
 * read from a cache nor written to one.
 * @param value of the plain answer, or of `message_start` with what `message_delta` replaced
 * @throws {MalformedUsage}
 */
export function readMessageUsage(
  value: unknown,
  { mayWriteLong, ignored }: Pick<ReadingTerms, 'mayWriteLong' | 'ignored'>,
): Word {
  const usage = readFields(value, 'usage');
  refuseOtherWork(usage['iterations']);
  const counts = gatherCounts(usage, MESSAGE, ignored);
  const { input, output, cached = 0, reasoning = 0, total = 0 } = counts;
  if (input === undefined || output === undefined) {
    const missing = input === undefined ? 'input_tokens' : 'output_tokens';
    return { status: 'part', missing, input: input ?? 0, output: output ?? 0 };
  }
  const { cacheWrite, cacheWriteLong } = splitWrites(counts, mayWriteLong);
  const read: Usage = {
    input,
    cachedInput: cached,
    cacheWrite,
    cacheWriteLong,
    output: subtract(output, reasoning, 'output_tokens'),
    reasoning,
    serverTools: readServerTools(usage, ignored),
    tier: nameTier(usage),
  };
  // What a total has beyond its parts, nobody has read.
  subtract(inputOf(read) + output, total, 'total_tokens');
  return { status: 'whole', usage: read };
}

/**
 * What `message_delta` says replaces what `message_start` said, field by field: its counts are
 * cumulative, and those that do not apply are left out or null.
 * @throws {MalformedUsage}
 */
export function replaceCounts(before: Fields, later: unknown): Fields {
  const entries = Object.entries(readFields(later, 'usage')).filter(([, value]) => value !== null);
  const said: Fields = Object.fromEntries(entries);
  const { cache_creation, output_tokens_details, ...kept } = before;
  return {
    ...kept,
    // The kinds of a sum that is another one now are not its kinds.
    ...(isLess(said, before, 'cache_creation_input_tokens') ? {} : { cache_creation }),
    ...(isLess(said, before, 'output_tokens') ? {} : { output_tokens_details }),
    ...said,
  };
}

function isLess(said: Fields, before: Fields, name: string): boolean {
  return Number(said[name] ?? Number.POSITIVE_INFINITY) < Number(before[name] ?? 0);
}

function splitWrites({ short = 0, long = 0, written = short + long }: Counts, mayLong: boolean) {
  // `message_delta` has the sum without its kinds.
  const unsaid = subtract(written, short + long, 'cache_creation_input_tokens');
  return mayLong
    ? { cacheWrite: short, cacheWriteLong: long + unsaid }
    : { cacheWrite: short + unsaid, cacheWriteLong: long };
}

/**
 * All that changes the price of a message's tokens, in one name: `default`, `priority`, `fast`,
 * `us`, `priority+us`. A price list that does not have it does not know the price.
 */
function nameTier(usage: Fields): string {
  const tier = readTier(usage['service_tier']);
  const speed = readTier(usage['speed']);
  const geo = readTier(usage['inference_geo']);
  const named = [
    ...(tier === undefined || tier === PLAIN_TIER ? [] : [tier]),
    ...(speed === undefined || speed === PLAIN_SPEED ? [] : [speed]),
    ...(geo === undefined || PLAIN_GEO.includes(geo) ? [] : [geo]),
  ];
  return named.length === 0 ? 'default' : named.join('+');
}

/** Which parts of the tier's name the usage leaves open. */
export function openTierOf(usage: Fields): readonly TierPart[] {
  const open: TierPart[] = [];
  if (!isNamed(usage['service_tier'])) open.push('tier');
  if (!isNamed(usage['speed'])) open.push('speed');
  // A model that runs everywhere the same says so by this name, which is no other tier's.
  if (!isNamed(usage['inference_geo']) && usage['inference_geo'] !== 'not_available') {
    open.push('geo');
  }
  return open;
}

/**
 * `iterations` (in beta) names sampling that the counts beside it leave out, or that another model
 * did: compaction, an advisor, a fallback. Only plain turns are counted in full.
 */
function refuseOtherWork(iterations: unknown): void {
  if (iterations === undefined || iterations === null) return;
  const list = Array.isArray(iterations) ? iterations : [undefined];
  for (const iteration of list) {
    const { type } = readFieldsOr(iteration, 'iterations');
    if (type === 'message') continue;
    throw new MalformedUsage('iterations has work that the usage does not count');
  }
}
