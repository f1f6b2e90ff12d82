/**
 * JSON with one spelling (RFC 8785, for what the journal holds): members in the order of their
 * names' code units, no spaces, whole numbers alone. What hashes a text must be able to write it
 * again.
 * @throws {TypeError} for what has no such spelling: a fraction, a number from 2^53 on, a function
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return wholeJson(value);
  if (typeof value !== 'object') {
    throw new TypeError(`canonical JSON: found a ${typeof value}, expected data`);
  }
  return Array.isArray(value) ? arrayText(value) : objectText(value as Record<string, unknown>);
}

/** @throws {TypeError} for a fraction, or a number from 2^53 on */
export function wholeJson(value: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new TypeError(`canonical JSON: found ${value}, expected a whole number below 2^53`);
  }
  // −0 is 0.
  return String(value + 0);
}

function arrayText(values: readonly unknown[]): string {
  if (values.length === 0) return '[]';
  let text = '';
  for (const its of values) text += `${text === '' ? '' : ','}${canonicalJson(its)}`;
  return `[${text}]`;
}

// Every entry of the journal comes through here: concatenation costs half of what joined lists do.
function objectText(value: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const its = value[name];
    if (its === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(its)}`;
  }
  return `{${text}}`;
}
