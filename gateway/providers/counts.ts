/** A usage that is not to be charged by: what was found, and what was expected. */
export class MalformedUsage extends Error {
  override readonly name = 'MalformedUsage';
}

export type Fields = Readonly<Record<string, unknown>>;

/** @throws {MalformedUsage} for what is no object */
export function readFields(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new MalformedUsage(`${name} is ${show(value)}; expected an object`);
}

const NO_FIELDS: Fields = {};

/** @throws {MalformedUsage} for what is neither an object nor null or absent */
export function readFieldsOr(value: unknown, name: string): Fields {
  return value === undefined || value === null ? NO_FIELDS : readFields(value, name);
}

/** More than any count: sums of a few of them are exact, and above every model's maximum. */
const MOST = 2 ** 50;

/**
 * A whole number; one above 2^50 is read as that.
 * @throws {MalformedUsage} for what is no whole number, or negative
 */
export function readCountOf(name: string, value: unknown): number {
  if (typeof value === 'number') {
    if (value >= MOST) return MOST;
    if (Number.isSafeInteger(value) && value >= 0) return value;
  }
  throw new MalformedUsage(`${name} is ${show(value)}; expected a whole number, not negative`);
}

/** The same of a member, and undefined where it is null or absent. @throws {MalformedUsage} */
function readCountOr(fields: Fields, name: string): number | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === undefined || value === null ? undefined : readCountOf(name, value);
}

/**
 * A part of a whole.
 * @throws {MalformedUsage} when the parts are more than the whole
 */
export function subtract(whole: number, parts: number, what: string): number {
  if (parts <= whole) return whole - parts;
  throw new MalformedUsage(`${what}: the parts are ${parts}; expected at most the whole, ${whole}`);
}

/** How often each tool ran, by its name. */
export type Runs = Readonly<Record<string, number>>;

/** One object for all calls that ran none: what a call used is remembered for a while. */
export const NO_RUNS: Runs = {};

/**
 * `server_tool_use`: `{"web_search_requests": 2}` becomes `{"web_search": 2}`.
 * @param ignored names that cost nothing at this upstream
 */
export function readServerTools(usage: Fields, ignored?: ReadonlySet<string>): Runs {
  const fields = readFieldsOr(usage['server_tool_use'], 'server_tool_use');
  if (fields === NO_FIELDS) return NO_RUNS;
  const names = Object.keys(fields);
  if (names.length === 0) return NO_RUNS;
  const runs: [string, number][] = [];
  for (const name of names) {
    const count = ignored?.has(name) ? 0 : (readCountOr(fields, name) ?? 0);
    if (count > 0) runs.push([name.replace(/_requests$/, ''), count]);
  }
  return Object.fromEntries(runs);
}

/** What providers say in the place of a tier: which one served stays open. */
const NO_TIERS = new Set(['', 'auto', 'none', 'null', 'unknown', 'unspecified', 'not_available']);

/** The tier as the provider names it; undefined where it names none. */
export function readTier(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > 64) {
    throw new MalformedUsage(`service_tier is ${show(value)}; expected a name`);
  }
  return NO_TIERS.has(value.toLowerCase()) ? undefined : value;
}

/** Whether a tier, a speed or a place is named: a value that is none of them names nothing. */
export function isNamed(value: unknown): boolean {
  return typeof value === 'string' && !NO_TIERS.has(value.toLowerCase());
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 40);
}
