/**
 * JSON with one spelling (RFC 8785, for what the journal holds): members in the order of their
 * names' code units, no spaces, whole numbers alone. What hashes a text must be able to write it
 * again.
 * @throws {TypeError} for what has no such spelling: a fraction, a number from 2^53 on, a function
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new TypeError(`canonical JSON: found ${value}, expected a whole number below 2^53`);
    }
    // −0 is 0.
    return String(value + 0);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') {
    throw new TypeError(`canonical JSON: found a ${typeof value}, expected data`);
  }
  const members = Object.entries(value)
    .filter(([, its]) => its !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, its]) => `${JSON.stringify(name)}:${canonicalJson(its)}`);
  return `{${members.join(',')}}`;
}
