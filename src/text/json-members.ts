import { endOfString, QUOTE } from './json-string-end.js';

/** One member of an object, by its place in the text. */
export interface JsonMember {
  /** Decoded. */
  readonly key: string;
  /** The value's bytes: from `start` up to, not including, `end`. */
  readonly start: number;
  readonly end: number;
}

const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

const utf8 = new TextDecoder();

/**
 * The members of the object that opens at `open` in a JSON text in UTF-8: by default of the text
 * itself. With their places, a text can be changed in one of them and be left as it is elsewhere.
 * @param json valid JSON: for any other text the answer means nothing
 */
export function membersOf(json: Uint8Array, open = skipSpace(json, 0)): readonly JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(json, open + 1);
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at) + 1;
    const key = JSON.parse(utf8.decode(json.subarray(at, keyEnd))) as string;
    const colon = skipSpace(json, keyEnd);
    const start = skipSpace(json, colon + 1);
    const end = endOfValue(json, start);
    members.push({ key, start, end });
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return members;
}

/**
 * Where each element of the list that opens at `open` begins.
 * @param json valid JSON: for any other text the answer means nothing
 */
export function elementsOf(json: Uint8Array, open: number): readonly number[] {
  const starts: number[] = [];
  let at = skipSpace(json, open + 1);
  while (at < json.length && json[at] !== CLOSE_ARRAY) {
    starts.push(at);
    at = skipSpace(json, endOfValue(json, at));
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return starts;
}

/** JSON's four: space, tab, line feed, carriage return. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function skipSpace(json: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(json[at])) at += 1;
  return at;
}

function endOfValue(json: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
      if (depth === 0) return at + 1;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      // The bracket of the object around it, behind a bare number or word.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at;
  }
  return json.length;
}
