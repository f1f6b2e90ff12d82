/**
 * Where a run of combining marks is longer than this, the text is measured without being put in
 * order: engines sort such a run in quadratic time (200,000 marks, 400 kB, take 12 seconds). The
 * number is that of Unicode's Stream-Safe Text Format (UAX #15, 13); no language comes near it.
 */
const LONG_RUN = /[\p{M}\uff9e\uff9f]{31}/u;

/**
 * The most tokens that a tokenizer can make of a text: its bytes in UTF-8, raw or NFKC-normalised,
 * whichever is more (DESIGN §4). Tokenizers by byte pairs, or with a fallback to bytes, have no
 * token shorter than a byte; some normalise first (Anthropic's published one to NFKC), and then one
 * character of 3 bytes can become 33.
 *
 * The sum over a text's pieces is never less than the bound of the whole, as composition never
 * makes a text longer, unless a piece begins with a combining mark. What a template adds around the
 * text is not in it.
 */
export function boundText(text: string): number {
  const raw = utf8Bytes(text);
  // Nothing but ASCII, which NFKC leaves as it is.
  if (raw === text.length) return raw;
  return Math.max(raw, LONG_RUN.test(text) ? decomposedBytes(text) : nfkcBytes(text));
}

function nfkcBytes(text: string): number {
  return utf8Bytes(text.normalize('NFKC'));
}

/** Never less than {@link nfkcBytes}, and in linear time: each character decomposed by itself. */
function decomposedBytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Bytes(character.normalize('NFKD'));
  return bytes;
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
