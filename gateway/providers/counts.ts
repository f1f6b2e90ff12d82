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

/** @throws {MalformedUsage} for what is no count below 2^53 */
export function readCount(fields: Fields, name: string): number {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new MalformedUsage(`${name} is ${show(value)}; expected a whole number, not negative`);
}

/** The same, and undefined where it is null or absent. */
export function readCountOr(fields: Fields, name: string): number | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === undefined || value === null ? undefined : readCount(fields, name);
}

/**
 * Tokens of a kind that is priced apart and that `Usage` has no field for.
 * @throws {MalformedUsage} for any
 */
export function refuseTokens(fields: Fields, names: readonly string[]): void {
  for (const name of names) {
    const count = readCountOr(fields, name) ?? 0;
    if (count > 0) throw new MalformedUsage(`${name} is ${count}, which has no price of its own`);
  }
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
const NO_RUNS: Runs = {};

/** `server_tool_use`: `{"web_search_requests": 2}` becomes `{"web_search": 2}`. */
export function readServerTools(usage: Fields): Runs {
  const fields = readFieldsOr(usage['server_tool_use'], 'server_tool_use');
  if (fields === NO_FIELDS) return NO_RUNS;
  const names = Object.keys(fields);
  if (names.length === 0) return NO_RUNS;
  const runs: [string, number][] = [];
  for (const name of names) {
    const count = readCountOr(fields, name) ?? 0;
    if (count > 0) runs.push([name.replace(/_requests$/, ''), count]);
  }
  return Object.fromEntries(runs);
}

/** The tier as the provider names it; undefined where it says nothing. */
export function readTier(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= 64) return value;
  throw new MalformedUsage(`service_tier is ${show(value)}; expected a name`);
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 40);
}
