import {
  bringsMark,
  composedBytes,
  decomposedBytes,
  normalisedLengths,
} from './normalised-lengths.js';

/**
 * The most tokens that a tokenizer can make of a text: its bytes in UTF-8, raw or NFKC-normalised,
 * whichever is more (DESIGN §4). Tokenizers by byte pairs, or with a fallback to bytes, have no
 * token shorter than a byte; some normalise first (Anthropic's published one to NFKC), and then one
 * character of 3 bytes can become 33.
 *
 * A text is not normalised for that: runs of combining marks take engines quadratic time, and ten
 * megabytes of U+FDFA take a second. Each character is looked up by itself, in linear time. The sum is
 * never less than the normalised text: composition makes no text longer. Where the text has combining
 * marks, which can move into another character, each one counts as it is decomposed.
 *
 * The sum over a text's pieces is never less than the bound of the whole, unless a piece begins with a
 * combining mark. What a template adds around the text is not in it.
 */
export function boundText(text: string): number {
  const raw = utf8Bytes(text);
  // Nothing but ASCII, which NFKC leaves as it is.
  return raw === text.length ? raw : Math.max(raw, normalisedBytes(text));
}

function normalisedBytes(text: string): number {
  let composed = 0;
  let decomposed = 0;
  let hasMarks = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      composed += 1;
      decomposed += 1;
      continue;
    }
    let code = unit;
    if (isHigh(unit) && isLow(text.charCodeAt(at + 1))) {
      code = text.codePointAt(at) ?? unit;
      at += 1;
    }
    const lengths = normalisedLengths(code);
    composed += composedBytes(lengths);
    decomposed += decomposedBytes(lengths);
    if (bringsMark(lengths)) hasMarks = true;
  }
  return hasMarks ? decomposed : composed;
}

/** A half of a surrogate pair alone counts 3, as the U+FFFD that it becomes. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isHigh(unit) && isLow(text.charCodeAt(at + 1))) {
      bytes += 2;
      at += 1;
    } else bytes += 2;
  }
  return bytes;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
