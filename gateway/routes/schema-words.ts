import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * What a schema found wrong, in words: the member, what was found there, and what was expected.
 * @param value what the schema has read
 * @param names of the members that there may be
 */
export function inWords(issue: Issue, value: unknown, names: readonly string[]): string {
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys.map((key) => JSON.stringify(key.slice(0, 64))).join(', ');
    const expected = names.length === 0 ? 'none' : `only ${names.join(', ')}`;
    return `found the unknown member ${unknown}; expected ${expected}`;
  }
  const where = at === '' ? '' : `${at}: `;
  const expected = expectedBy(issue);
  if (expected === undefined) return `${where}${issue.message}`;
  return `${where}found ${describe(lookUp(value, issue.path))}; expected ${expected}`;
}

/** Undefined where the schema's own message says it. */
function expectedBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map((one) => JSON.stringify(one)).join(', ')}`;
    case 'invalid_union': {
      const each = issue.errors.flatMap(([first]) => (first && expectedBy(first)) ?? []);
      return each.length === 0 ? undefined : [...new Set(each)].join(' or ');
    }
    case 'too_big':
      return sized(issue.origin, `at most ${issue.maximum}`);
    case 'too_small':
      return sized(issue.origin, `at least ${issue.minimum}`);
    default:
      return undefined;
  }
}

function sized(origin: string, size: string): string {
  if (origin === 'array') return `a list of ${size}`;
  return origin === 'string' ? `a text of ${size} characters` : size;
}

function lookUp(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined,
    value,
  );
}

/** Its kind alone: a value may be a secret. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return value === null ? 'null' : 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'boolean' ? String(value) : (TYPES[typeof value] ?? typeof value);
}
