import { z } from 'zod';
import { Unfit } from './grammar.js';

/**
 * What every YAML file here is described with. Each message of an issue is what was expected;
 * `issues.ts` adds where it is and what was found.
 */

/** A scalar that is read from its text. */
export function text<T>(read: (text: string) => T, example: string) {
  return z.string({ error: example }).transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

/** A map with these names and no other. */
export function section<S extends z.core.$ZodShape>(shape: S) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `one of ${names}` : `a map of ${names}`),
  });
}

/** A map whose names are the user's own, in the file's order. */
export function named<V extends z.ZodType>(
  readName: (text: string) => unknown,
  value: V,
  what: string,
) {
  const name = z.string().superRefine((found, context) => {
    try {
      readName(found);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });
  return z.record(name, value, { error: what });
}
