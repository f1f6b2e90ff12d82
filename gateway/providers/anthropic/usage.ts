import type { Usage } from '../../../src/pricing/usage.js';
import type { ReadingTerms, TierPart } from '../../stream/reading.js';
import {
  type Fields,
  isNamed,
  MalformedUsage,
  readCountOr,
  readFields,
  readFieldsOr,
  readServerTools,
  readTier,
  subtract,
} from '../counts.js';
import { inputOf } from '../merge-usage.js';
import { type Known, refuseUnread } from '../unread.js';
import type { Word } from '../usage-record.js';

/** Where the provider says that a call ran nowhere special. */
const PLAIN_TIER = 'standard';
const PLAIN_SPEED = 'standard';
const PLAIN_GEO = ['global', 'not_available'];

/** Stated costs are read elsewhere (`stated-cost.ts`); iterations, below. */
const KNOWN: Known = {
  input_tokens: true,
  cache_read_input_tokens: true,
  cache_creation_input_tokens: true,
  cache_creation: { ephemeral_5m_input_tokens: true, ephemeral_1h_input_tokens: true },
  output_tokens: true,
  output_tokens_details: { thinking_tokens: true },
  total_tokens: true,
  server_tool_use: true,
  iterations: true,
  cost: true,
  total_cost: true,
  estimated_cost: true,
  cost_in_usd_ticks: true,
};

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
  const input = readCountOr(usage, 'input_tokens');
  const output = readCountOr(usage, 'output_tokens');
  if (input === undefined || output === undefined) {
    const missing = input === undefined ? 'input_tokens' : 'output_tokens';
    return { status: 'part', missing, input: input ?? 0, output: output ?? 0 };
  }
  refuseUnread(usage, KNOWN, ignored);
  const details = readFieldsOr(usage['output_tokens_details'], 'output_tokens_details');
  const reasoning = readCountOr(details, 'thinking_tokens') ?? 0;
  const read: Usage = {
    input,
    cachedInput: readCountOr(usage, 'cache_read_input_tokens') ?? 0,
    ...splitWrites(usage, mayWriteLong),
    output: subtract(output, reasoning, 'output_tokens'),
    reasoning,
    serverTools: readServerTools(usage, ignored),
    tier: nameTier(usage),
  };
  // Not Anthropic's own. What it has beyond its parts, nobody has read.
  subtract(inputOf(read) + output, readCountOr(usage, 'total_tokens') ?? 0, 'total_tokens');
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

function splitWrites(usage: Fields, mayWriteLong: boolean) {
  const kinds = readFieldsOr(usage['cache_creation'], 'cache_creation');
  const short = readCountOr(kinds, 'ephemeral_5m_input_tokens') ?? 0;
  const long = readCountOr(kinds, 'ephemeral_1h_input_tokens') ?? 0;
  const all = readCountOr(usage, 'cache_creation_input_tokens') ?? short + long;
  // `message_delta` has the sum without its kinds.
  const unsaid = subtract(all, short + long, 'cache_creation_input_tokens');
  return mayWriteLong
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
