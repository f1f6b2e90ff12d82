import type { Draft } from './draft.js';
import { kindOf } from './kinds.js';
import { mistaken } from './problems.js';
import { passCounted, passUnread, readUnknownKind, readUnlisted } from './unlisted.js';

/** A JSON object that was parsed: each key once, its values of any kind. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Takes one field into account. It is never given null, which all these APIs read as a field that
 * is not there.
 * @param path where it stands: `messages[2].content`
 * @throws {Problem}
 */
export type FieldReader = (value: unknown, path: string, draft: Draft) => void;

/** The fields that an object may have, and what each means for the price. */
export type Shape = Readonly<Record<string, FieldReader>>;

/**
 * Every field by its reader. What a reader refuses is noted, and the next field is read all the same.
 * @throws {Problem} when it is not an object
 */
export function readShape(value: unknown, path: string, shape: Shape, draft: Draft): Fields {
  const fields = asFields(value, path);
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (field === null) continue;
    const at = path === '' ? key.slice(0, 64) : `${path}.${key.slice(0, 64)}`;
    const reader = Object.hasOwn(shape, key) ? shape[key] : undefined;
    try {
      if (reader === undefined) readUnlisted(key, field, at, shape, draft);
      else reader(field, at, draft);
    } catch (error) {
      draft.problems.note(error);
    }
  }
  return fields;
}

export function asFields(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw mistaken(path, kindOf(value), 'an object');
}

export function asText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw mistaken(path, kindOf(value), 'a string');
}

/** A whole number from `least` (1 unless said) up to `most`. */
export function asCount(value: unknown, path: string, most: number, least = 1): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  throw mistaken(path, found, `a whole number from ${least} to ${most}`);
}

/** Nothing that some server would read as one: `"true"`, 1. */
export function asFlag(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw mistaken(path, kindOf(value), 'true or false');
}

/** One of a few words, each of which is known not to change the price, or how. */
export function asWord<Word extends string>(
  value: unknown,
  path: string,
  words: readonly Word[],
): Word {
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : kindOf(value);
  throw mistaken(path, found, words.join(' or '));
}

/** Neither seen by the model nor billed. */
export const ignored: FieldReader = () => undefined;

/** What is said: it is in the prompt for certain. */
export const text: FieldReader = (value, path, draft) => draft.countSaid(asText(value, path));

/** An id, a name or a role: it can be in the prompt. */
export const label: FieldReader = (value, path, draft) => draft.countText(asText(value, path));

/** What a tool answered: templates can quote it. */
export const quoted: FieldReader = (value, path, draft) => draft.countQuoted(asText(value, path));

/** Shown to the model in a form of the provider's own. */
export const json: FieldReader = (value, _path, draft) => draft.countJson(value);

/** Passed on as it is: counted, and looked through for what has a price wherever it stands. */
export const unread: FieldReader = passUnread;

/** What an answer says beside its text, such as where it was found: counted, and not fetched again. */
export const counted: FieldReader = passCounted;

/** Kept on the provider's side, or in a file: of no size that the request shows. */
export const outgrowing: FieldReader = (_value, path, draft) => draft.outgrow(path);

export function oneOf(...words: readonly string[]): FieldReader {
  return (value, path) => void asWord(value, path, words);
}

/** Each item by itself: what is refused of one is noted, and the next one is read. */
export function listOf(reader: FieldReader): FieldReader {
  return (value, path, draft) => {
    if (!Array.isArray(value)) throw mistaken(path, kindOf(value), 'a list');
    for (let i = 0; i < value.length; i += 1) {
      try {
        reader(value[i], `${path}[${i}]`, draft);
      } catch (error) {
        draft.problems.note(error);
      }
    }
  };
}

export function shaped(shape: Shape): FieldReader {
  return (value, path, draft) => void readShape(value, path, shape, draft);
}

/** A text, or something else. */
export function textOr(reader: FieldReader, ofText: FieldReader = text): FieldReader {
  return (value, path, draft) => {
    if (typeof value === 'string') ofText(value, path, draft);
    else if (typeof value === 'object') reader(value, path, draft);
    else throw mistaken(path, kindOf(value), 'a text, or parts of one');
  };
}

/**
 * Objects of several kinds, by their `type`. One of a kind that is on no list is read by what stands
 * in it ({@link readUnknownKind}).
 * @param untyped the kind of one that says none
 */
export function byType(
  kinds: Readonly<Record<string, FieldReader>>,
  untyped?: string,
): FieldReader {
  return (value, path, draft) => {
    const type = asFields(value, path)['type'] ?? untyped;
    const reader = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (reader !== undefined) reader(value, path, draft);
    else readUnknownKind(value, path, draft, Object.keys(kinds));
  };
}
