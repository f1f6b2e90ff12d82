import { type Fields, MalformedUsage, readCountOf, readFields } from './counts.js';

/**
 * What a number in a usage is. `unbilled` costs nothing, or is read elsewhere, whatever it is; `piece` is
 * a run under its own name.
 */
export type Role =
  | 'input'
  | 'output'
  | 'total'
  | 'cached'
  | 'written'
  | 'short'
  | 'long'
  | 'reasoning'
  | 'beside'
  | 'piece'
  | 'unbilled';

/** The members of a usage that somebody has looked at, by name; of a map, those inside. */
export type Known = ReadonlyMap<string, Role | Known>;

export function known(members: Readonly<Record<string, Role | Known>>): Known {
  return new Map(Object.entries(members));
}

/** Of several names for one count the highest; undefined where none was there, or all were null. */
export type Counts = { -readonly [R in Exclude<Role, 'piece' | 'unbilled'>]?: number } & {
  pieces?: [name: string, count: number][];
};

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
  'cost_details',
  'accepted_prediction_tokens',
  'rejected_prediction_tokens',
]);

const NOTHING_KNOWN: Known = new Map();
/** Maps within maps: real usages have three. */
const MAX_DEPTH = 8;

/**
 * The counts of a usage, by what they are, in one pass: each call makes one.
 *
 * A quantity that nobody has looked at can be one that is billed. None, null, text and flags are nothing.
 * @param ignored what the operator says is not billed: by name, or by its path
 * @throws {MalformedUsage} for a known count that is none, and for a number above zero that is neither
 *   known nor ignored
 */
export function gatherCounts(
  usage: Fields,
  members: Known,
  ignored: ReadonlySet<string> | undefined,
): Counts {
  const counts: Counts = {};
  gather(counts, usage, members, ignored, '', 1);
  return counts;
}

function gather(
  counts: Counts,
  fields: Fields,
  members: Known,
  ignored: ReadonlySet<string> | undefined,
  within: string,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new MalformedUsage('usage has maps within maps without end');
  for (const name in fields) {
    const value = fields[name];
    if (value === null || value === undefined) continue;
    const role = members.get(name);
    if (role === 'unbilled' || isIgnored(ignored, within, name)) continue;
    if (typeof role === 'string') {
      note(counts, role, name, readCountOf(name, value));
    } else if (role !== undefined) {
      gather(counts, readFields(value, name), role, ignored, `${within}${name}.`, depth + 1);
    } else if (typeof value === 'object' && !NOT_BILLED.has(name)) {
      gather(counts, value as Fields, NOTHING_KNOWN, ignored, `${within}${name}.`, depth + 1);
    } else if (typeof value === 'number' && value > 0 && !NOT_BILLED.has(name)) {
      const path = `${within}${name}`.slice(0, 80);
      throw new MalformedUsage(`${path} is ${value}, which nobody has read`);
    }
  }
}

function isIgnored(
  ignored: ReadonlySet<string> | undefined,
  within: string,
  name: string,
): boolean {
  if (ignored === undefined || ignored.size === 0) return false;
  return ignored.has(name) || ignored.has(`${within}${name}`);
}

function note(counts: Counts, role: Exclude<Role, 'unbilled'>, name: string, count: number): void {
  if (role === 'piece') {
    counts.pieces ??= [];
    if (count > 0) counts.pieces.push([name, count]);
    return;
  }
  const before = counts[role];
  if (before === undefined || count > before) counts[role] = count;
}
