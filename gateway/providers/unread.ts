import { type Fields, MalformedUsage } from './counts.js';

/**
 * The numbers of a usage that somebody has looked at, by name, with those inside of each map. `true` is
 * a number that is read, or a value that costs nothing whatever is in it.
 */
export interface Known {
  readonly [name: string]: true | Known;
}

/**
 * Numbers that providers are known to send and not to bill, wherever in a usage they are:
 * - Groq and Hugging Face: the times;
 * - SambaNova: times and rates;
 * - OpenRouter: how its cost is made up, which `cost` has;
 * - OpenAI: predicted tokens, which are part of the completion.
 */
const NOT_BILLED = new Set([
  'queue_time',
  'prompt_time',
  'completion_time',
  'total_time',
  'acceptance_rate',
  'completion_tokens_after_first_per_sec',
  'completion_tokens_after_first_per_sec_first_ten',
  'completion_tokens_after_first_per_sec_graph',
  'completion_tokens_per_sec',
  'end_time',
  'start_time',
  'time_to_first_token',
  'time_to_first_token_graph',
  'total_latency',
  'total_tokens_per_sec',
  'tokens_per_second',
  'latency_checkpoint',
  'cost_details',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
]);

const NOTHING_KNOWN: Known = {};
const NONE_IGNORED: ReadonlySet<string> = new Set();
/** Maps within maps: real usages have three. */
const MAX_DEPTH = 8;

/**
 * A quantity that nobody has looked at can be one that is billed. None, null, text and flags are nothing.
 * @param ignored what the operator says is not billed: by name, or by its path
 * @throws {MalformedUsage} for a number above zero that is neither known nor ignored
 */
export function refuseUnread(
  usage: Fields,
  known: Known,
  ignored: ReadonlySet<string> = NONE_IGNORED,
  within = '',
  depth = 1,
): void {
  if (depth > MAX_DEPTH) throw new MalformedUsage('usage has maps within maps without end');
  for (const name in usage) {
    const value = usage[name];
    const inside = Object.hasOwn(known, name) ? known[name] : NOTHING_KNOWN;
    if (inside === true || value === null || isNothing(value)) continue;
    const path = `${within}${name}`;
    if (NOT_BILLED.has(name) || ignored.has(name) || ignored.has(path)) continue;
    if (typeof value === 'number') {
      throw new MalformedUsage(`${path.slice(0, 80)} is ${value}, which nobody has read`);
    }
    refuseUnread(value as Fields, inside ?? NOTHING_KNOWN, ignored, `${path}.`, depth + 1);
  }
}

function isNothing(value: unknown): boolean {
  return typeof value === 'number' ? value <= 0 : typeof value !== 'object';
}
