import { boundText } from './text.js';

/** As `JSON.stringify(value, null, 4)` and Python's `json.dumps(value, indent=4)` write it. */
const INDENT = 4;

/**
 * The most tokens of a JSON value that a provider writes into the prompt in a form of its own:
 * tools, schemas, arguments. Counted as indented JSON in which every string is escaped, to ASCII
 * where that is longer: other forms (compact, XML, TypeScript's types) are shorter, but for a few
 * words around each tool, which are the template's. Whatever keeps the caller's own spelling, its
 * spaces and its escapes among them, is not covered: compare with the text's own bytes.
 *
 * Recursive: nesting must have been limited before.
 */
export function boundJson(value: unknown, depth = 0): number {
  if (typeof value === 'string') return boundString(value);
  if (typeof value === 'number') return boundNumber(value);
  if (typeof value !== 'object' || value === null) return 'false'.length;
  const inner = depth + 1;
  const memberBreak = lineBreak(inner) + ','.length;
  let bytes = '[]'.length + lineBreak(depth);
  if (Array.isArray(value)) {
    for (const item of value) bytes += memberBreak + boundJson(item, inner);
    return bytes;
  }
  for (const [key, item] of Object.entries(value)) {
    bytes += memberBreak + boundString(key) + ': '.length + boundJson(item, inner);
  }
  return bytes;
}

function lineBreak(depth: number): number {
  return '\n'.length + INDENT * depth;
}

/** What `boundJson` says of a text that can be put into the prompt as a JSON string. */
export function boundString(text: string): number {
  const written = JSON.stringify(text);
  return Math.max(boundText(written), escapedLength(written));
}

/** With `\u00e9` for an `é`, as Python writes it unless told otherwise. */
function escapedLength(written: string): number {
  let length = written.length;
  for (let at = 0; at < written.length; at += 1) {
    if (written.charCodeAt(at) >= 0x80) length += '\\u00e9'.length - 1;
  }
  return length;
}

/** Beyond these a number can be written with all its digits: 309 before the point at the most. */
const MOST_DIGITS = 330;

function boundNumber(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 10) return '1.0'.length;
  // Python writes 1.0 for what was 1e0.
  return Math.abs(value) < 1e15 ? String(value).length + '.0'.length : MOST_DIGITS;
}
