import type { HeldCall } from './end-call.js';
import { type Standing, standingHeaders } from './standing.js';

/**
 * What the answer of a call says of it: where the caller stands, and the limit of the output, in
 * tokens of each choice, that was written into its request.
 */
export function callHeaders(
  { account, reservation, call, held }: HeldCall,
  { cost, limits }: Pick<Standing, 'cost' | 'limits'>,
): Record<string, string> {
  const headers = standingHeaders({ account, reservation, cost, limits });
  const written = call.plan.writtenOutput?.(held.step);
  if (written !== undefined) headers['x-bursar-output-limit'] = String(written);
  return headers;
}
