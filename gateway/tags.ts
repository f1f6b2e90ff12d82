import { Problem } from './api/problem.js';

/** What a caller says that a call is for: DESIGN §4. Journaled as claimed; it decides nothing. */
const TAGS_HEADER = 'x-bursar-tags';

const MAX_TAGS = 16;
/** It begins with a letter, so that no name means anything to an object of JavaScript. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
/** No comma, no `=`, no space: there is one way to read a list, and nothing to quote. */
const VALUE = /^[A-Za-z0-9._:/@+-]{1,64}$/;

const EXPECTED =
  `at most ${MAX_TAGS} NAME=VALUE joined by commas, without spaces, each name once; ` +
  'names of [A-Za-z0-9._-] that begin with a letter, values of [A-Za-z0-9._:/@+-], at most 64 characters each';

/**
 * `x-bursar-tags: task=42,team=ml` as names and values; nothing where the header is not there. Two
 * such headers reach us joined by a comma and a space, and are refused like any other space.
 * @throws {Problem} `invalid_request` for anything that has to be guessed at: a tag that was
 *   dropped in silence would be spending that nobody finds again
 */
export function readTags(headers: Headers): Readonly<Record<string, string>> | undefined {
  const header = headers.get(TAGS_HEADER);
  if (header === null) return undefined;
  const pairs = header.split(',', MAX_TAGS + 1).map((pair) => readPair(pair));
  if (pairs.length > MAX_TAGS) refuse(`more than ${MAX_TAGS} tags`);
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length !== pairs.length) refuse('a name twice');
  return tags;
}

function readPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  const name = pair.slice(0, Math.max(at, 0));
  const value = pair.slice(at + 1);
  if (!NAME.test(name) || !VALUE.test(value)) refuse(JSON.stringify(pair.slice(0, 130)));
  return [name, value];
}

function refuse(found: string): never {
  throw new Problem('invalid_request', {
    message: `${TAGS_HEADER}: found ${found}, expected ${EXPECTED}.`,
    param: TAGS_HEADER,
  });
}
