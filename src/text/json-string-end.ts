export const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Where the string that opens at `start` closes in a JSON text in UTF-8: the index of its quote, or
 * the end of the text, if it never does.
 */
export function endOfString(json: Uint8Array, start: number): number {
  let end = json.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf(QUOTE, end + 1);
  return end === -1 ? json.length : end;
}

/** After an odd number of backslashes. */
function isEscaped(json: Uint8Array, at: number): boolean {
  let before = at - 1;
  while (json[before] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}
