import { z } from 'zod';
import { Problem } from '../api/problem.js';
import { parseJsonObject, readBody } from '../body.js';

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
  const read = schema.safeParse(parseJsonObject(body));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const param = issue?.path.join('.') ?? '';
  const where = param === '' ? '' : `${param}: `;
  throw new Problem('invalid_request', { message: `${where}${issue?.message ?? ''}`, param });
}
