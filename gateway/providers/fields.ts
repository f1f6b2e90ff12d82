import { type Draft, mistaken } from './draft.js';

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

/** @throws {Problem} when it is not an object, or has a field that is not listed */
export function readShape(value: unknown, path: string, shape: Shape, draft: Draft): Fields {
  const fields = asFields(value, path);
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    const at = path === '' ? key.slice(0, 64) : `${path}.${key.slice(0, 64)}`;
    const reader = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (reader === undefined) readExtra(key, field, at, shape, draft);
    else if (field !== null) reader(field, at, draft);
  }
  return fields;
}

/** A field that only the operator lists. */
function readExtra(key: string, value: unknown, path: string, shape: Shape, draft: Draft): void {
  if (draft.rules.fields.includes(path.replaceAll(/\[\d+\]/g, ''))) {
    draft.countJson(value);
    return;
  }
  const spelled = Object.keys(shape).find((name) => name.toLowerCase() === key.toLowerCase());
  throw mistaken(
    path,
    'a field that this gateway does not list',
    spelled === undefined ? 'none of that name, or the operator to list it' : `"${spelled}"`,
  );
}

export function asFields(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw mistaken(path, kindOf(value), 'an object');
}

export function asText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw mistaken(path, kindOf(value), 'a string');
}

/** A whole number from 1 up to `most`. */
export function asCount(value: unknown, path: string, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value;
  }
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  throw mistaken(path, found, `a whole number from 1 to ${most}`);
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

export function kindOf(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null) return 'null';
  return Array.isArray(value)
    ? 'a list'
    : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** Neither seen by the model nor billed. */
export const ignored: FieldReader = () => undefined;

export const text: FieldReader = (value, path, draft) => draft.countText(asText(value, path));

export const quoted: FieldReader = (value, path, draft) => draft.countQuoted(asText(value, path));

/** Shown to the model in a form of the provider's own. */
export const json: FieldReader = (value, _path, draft) => draft.countJson(value);

/** Kept on the provider's side, or in a file: of no size that the request shows. */
export const outgrowing: FieldReader = (_value, path, draft) => draft.outgrow(path);

export function oneOf(...words: readonly string[]): FieldReader {
  return (value, path) => void asWord(value, path, words);
}

export function listOf(reader: FieldReader): FieldReader {
  return (value, path, draft) => {
    if (!Array.isArray(value)) throw mistaken(path, kindOf(value), 'a list');
    value.forEach((item: unknown, i) => {
      reader(item, `${path}[${i}]`, draft);
    });
  };
}

export function shaped(shape: Shape): FieldReader {
  return (value, path, draft) => void readShape(value, path, shape, draft);
}

/** A text, or something else. */
export function textOr(reader: FieldReader, ofText: FieldReader = text): FieldReader {
  return (value, path, draft) =>
    typeof value === 'string' ? ofText(value, path, draft) : reader(value, path, draft);
}

/**
 * Objects of several kinds, by their `type`.
 * @param untyped the kind of one that says none
 */
export function byType(
  kinds: Readonly<Record<string, FieldReader>>,
  untyped?: string,
): FieldReader {
  return (value, path, draft) => {
    const type = asFields(value, path)['type'] ?? untyped;
    const reader = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (reader !== undefined) {
      reader(value, path, draft);
      return;
    }
    const found = typeof type === 'string' ? JSON.stringify(type.slice(0, 64)) : kindOf(type);
    throw mistaken(`${path}.type`, found, Object.keys(kinds).join(', '));
  };
}
