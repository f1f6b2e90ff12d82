import { beyond, type JsonShape } from '../src/text/json-shape.js';

/**
 * Far beyond any call: a tool's JSON schema has some ten levels, and the longest list of tokens to embed
 * 300,000 numbers. Within them ten megabytes of JSON are read in a quarter of a second, by a thread of their own.
 */
const MOST: JsonShape = { depth: 64, values: 500_000, members: 100_000 };

const TOO_MUCH: { readonly [Part in keyof JsonShape]: string } = {
  depth: `nested deeper than ${MOST.depth} levels`,
  values: `of more than ${MOST.values} values`,
  members: `with more than ${MOST.members} members in its objects`,
};

/** What a caller's JSON in UTF-8 has too much of to be parsed, in words; undefined for any other. */
export function tooMuchJson(json: Uint8Array): string | undefined {
  const part = beyond(json, MOST);
  return part && TOO_MUCH[part];
}
