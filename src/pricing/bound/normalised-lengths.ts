/**
 * How many bytes of UTF-8 a character has once it is normalised by itself, looked up once and kept: in
 * one number, as a text of millions of characters asks for each of them.
 */
const COMPOSED = 0x7f;
const DECOMPOSED_SHIFT = 7;
const MARK = 1 << 14;
const KNOWN = 1 << 15;
/** Four bytes, and perhaps a mark: selectors of variants are. */
const BEHIND = KNOWN | MARK | 4 | (4 << DECOMPOSED_SHIFT);

/** Behind it no character is normalised to another one (Unicode 17: the last is U+2FA1D). */
const END = 0x30000;
const table = new Uint16Array(END);

/** @param code of a Unicode character, or of half a surrogate pair */
export function normalisedLengths(code: number): number {
  if (code >= END) return BEHIND;
  const known = table[code] ?? 0;
  return known === 0 ? look(code) : known;
}

function look(code: number): number {
  const measured = measure(code);
  table[code] = measured;
  return measured;
}

/** Bytes in NFKC. */
export function composedBytes(lengths: number): number {
  return lengths & COMPOSED;
}

/** Bytes in NFKD: never fewer. */
export function decomposedBytes(lengths: number): number {
  return (lengths >> DECOMPOSED_SHIFT) & COMPOSED;
}

/** Whether it is, or brings, a mark that can combine with another character. */
export function bringsMark(lengths: number): boolean {
  return (lengths & MARK) !== 0;
}

const utf8 = new TextEncoder();

function measure(code: number): number {
  const character = String.fromCodePoint(code);
  const composed = character.normalize('NFKC');
  const mark = /\p{M}/u.test(composed) ? MARK : 0;
  const bytes = utf8.encode(composed).length;
  const most = utf8.encode(character.normalize('NFKD')).length;
  return KNOWN | mark | bytes | (most << DECOMPOSED_SHIFT);
}
