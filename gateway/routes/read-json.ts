import { z } from 'zod';
import { Problem } from '../api/problem.js';
import { parseJsonObject, readBody } from '../body.js';
import { inWords } from './schema-words.js';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * The body of one of the service's own routes, checked against its schema.
 * @throws {Problem} `invalid_request` that names the member at fault
 */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  return check(await readBody(request, MAX_BODY_BYTES), schema);
}

/** For a route that takes nothing: no body, or one that says nothing. @throws {Problem} */
export async function readNothing(request: Request): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.length > 0) check(body, z.strictObject({}));
}

function check<T>(body: Uint8Array, schema: z.ZodType<T>): T {
  const value = parseJsonObject(body);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue === undefined) throw read.error;
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const message = `${inWords(issue, value, names)}.`;
  throw new Problem('invalid_request', { message, param: issue.path.join('.') });
}
