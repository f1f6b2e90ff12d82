import type { Usage } from '../../../src/pricing/usage.js';
import {
  type Fields,
  MalformedUsage,
  readCount,
  readCountOr,
  readFields,
  readFieldsOr,
  readServerTools,
  readTier,
  subtract,
} from '../counts.js';

/** Where the provider says that a call ran nowhere special. */
const PLAIN_TIER = 'standard';
const PLAIN_SPEED = 'standard';
const PLAIN_GEO = ['global', 'not_available'];

/**
 * The `usage` of a message (Anthropic API reference, `Usage`): `input_tokens` is what was neither
 * read from a cache nor written to one.
 * @param value of the plain answer, or of `message_start` with what `message_delta` replaced
 * @param mayWriteLong where the answer does not say which cache entries were written: whether
 *   they are counted as those of an hour
 * @throws {MalformedUsage}
 */
export function readMessageUsage(value: unknown, mayWriteLong: boolean): Usage {
  const usage = readFields(value, 'usage');
  refuseOtherWork(usage['iterations']);
  const all = readCount(usage, 'output_tokens');
  const details = readFieldsOr(usage['output_tokens_details'], 'output_tokens_details');
  const reasoning = readCountOr(details, 'thinking_tokens') ?? 0;
  return {
    input: readCount(usage, 'input_tokens'),
    cachedInput: readCountOr(usage, 'cache_read_input_tokens') ?? 0,
    ...splitWrites(usage, mayWriteLong),
    output: subtract(all, reasoning, 'output_tokens'),
    reasoning,
    serverTools: readServerTools(usage),
    tier: nameTier(usage),
  };
}

/**
 * What `message_delta` says replaces what `message_start` said, field by field: its counts are
 * cumulative, and those that do not apply are left out or null.
 * @throws {MalformedUsage}
 */
export function replaceCounts(before: unknown, later: unknown): Fields {
  const said = Object.entries(readFields(later, 'usage')).filter(([, value]) => value !== null);
  return { ...readFields(before, 'usage'), ...Object.fromEntries(said) };
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
