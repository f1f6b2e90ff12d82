import { endOfString, QUOTE } from './json-string-end.js';

/** What a text may have at most, and still be parsed without the rest of the world noticing. */
export interface JsonShape {
  /** Brackets that are open at once. */
  readonly depth: number;
  /** Values of every kind, at every level. */
  readonly values: number;
  /** Members of all its objects together: a key costs a reader ten times what a number does. */
  readonly members: number;
}

// Here, though others have them too: an imported constant is loaded for each byte (bench/README.md).
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/**
 * In what a JSON text in UTF-8 goes beyond these limits, if it does. Looked at before the text is parsed:
 * a parser takes seconds and hundreds of megabytes for a few megabytes of brackets, and whoever looks
 * at what it made as long again. That the text is JSON at all is not checked.
 */
export function beyond(json: Uint8Array, limits: JsonShape): keyof JsonShape | undefined {
  let depth = 0;
  let members = 0;
  // Every value but the first stands behind a bracket or a comma; behind some brackets there is none.
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case COMMA:
        values += 1;
        if (values > limits.values) return 'values';
        break;
      case COLON:
        members += 1;
        if (members > limits.members) return 'members';
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        if (depth > limits.depth) return 'depth';
        values += 1;
        if (values > limits.values) return 'values';
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
    }
  }
  return undefined;
}
