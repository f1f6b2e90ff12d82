/**
 * Base64 by RFC 4648 §5, in exactly one spelling: a text that decodes is the text that encoding
 * gives back. Platform decoders skip whitespace, padding and spare bits, each of which would be a
 * second spelling of the same macaroon.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The six bits of each character code, -1 for those outside the alphabet. */
const BITS = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) BITS[ALPHABET.charCodeAt(i)] = i;

function bitsAt(text: string, index: number): number {
  return BITS[text.charCodeAt(index)] ?? -1;
}

export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      ((bytes[i] ?? 0) << 16) |
      ((left > 1 ? (bytes[i + 1] ?? 0) : 0) << 8) |
      (left > 2 ? (bytes[i + 2] ?? 0) : 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    if (left > 1) text += ALPHABET.charAt((group >> 6) & 63);
    if (left > 2) text += ALPHABET.charAt(group & 63);
  }
  return text;
}

/** The bytes, or undefined for every text that {@link encodeBase64url} would not have written. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const tail = text.length % 4;
  if (tail === 1) return undefined;
  const bytes = new Uint8Array((text.length * 3) >> 2);
  const whole = text.length - tail;
  let out = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = bitsAt(text, i);
    const b = bitsAt(text, i + 1);
    const c = bitsAt(text, i + 2);
    const d = bitsAt(text, i + 3);
    if ((a | b | c | d) < 0) return undefined;
    bytes[out++] = (a << 2) | (b >> 4);
    bytes[out++] = (b << 4) | (c >> 2);
    bytes[out++] = (c << 6) | d;
  }
  if (tail === 0) return bytes;
  const a = bitsAt(text, whole);
  const b = bitsAt(text, whole + 1);
  const c = tail === 3 ? bitsAt(text, whole + 2) : 0;
  const spare = tail === 3 ? c & 3 : b & 15;
  if ((a | b | c) < 0 || spare !== 0) return undefined;
  bytes[out++] = (a << 2) | (b >> 4);
  if (tail === 3) bytes[out] = (b << 4) | (c >> 2);
  return bytes;
}

/**
 * For the fields inside V2 JSON, where libraries differ: either alphabet, with or without
 * padding. Still no whitespace, no spare bits, no mixture of alphabets, no padding too much.
 */
export function decodeEitherBase64(text: string): Uint8Array | undefined {
  const unpadded = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
  if (!/[+/]/.test(unpadded)) return decodeBase64url(unpadded);
  if (/[-_]/.test(unpadded)) return undefined;
  return decodeBase64url(unpadded.replaceAll('+', '-').replaceAll('/', '_'));
}
