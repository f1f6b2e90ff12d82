import { findDuplicateKey } from './duplicate-keys.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value of a JSON text in UTF-8; undefined for what is no JSON, or names a key twice. */
export function parseStrictly(raw: Uint8Array): unknown {
  try {
    const text = utf8.decode(raw);
    const value: unknown = JSON.parse(text);
    // Only an object has keys, and most of what is read are short strings and `null`.
    return text.includes('{') && findDuplicateKey(text) !== undefined ? undefined : value;
  } catch {
    return undefined;
  }
}

/** What is between a JSON string's quotes, without its escapes; as it is, when they are wrong. */
export function unescaped(word: Uint8Array): Uint8Array {
  if (!word.includes(BACKSLASH)) return word;
  const value = parseStrictly(join([Uint8Array.of(QUOTE), word, Uint8Array.of(QUOTE)]));
  return typeof value === 'string' ? new TextEncoder().encode(value) : word;
}

/** Whether the bytes from `start` to `end` are these. */
export function isAt(expected: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (expected.length !== end - start) return false;
  for (let at = 0; at < expected.length; at += 1) {
    if (expected[at] !== bytes[start + at]) return false;
  }
  return true;
}

/** Bytes of their own: the `slice` of Node's Buffer is a view, and would keep all of it alive. */
export function copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

export function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
