import { Problem } from '../../../gateway/api/problem.js';
import type { Api, ModelRequest } from '../../../gateway/providers/request.js';
import { COUNTING, read } from './support.js';

/** How the gateway takes a field of a request into account. */
export type Treatment =
  /** It passes, and the bound is as it was. */
  | 'free'
  /** It passes, and what it says counts as input. */
  | 'counted'
  /** It passes, and the bound has more than its text: output, runs, tiers, what is kept elsewhere. */
  | 'bounded'
  /** It passes as a name that nobody has looked at: no field of an SDK should. */
  | 'unknown'
  /** Without it there is no request. */
  | 'required'
  /** It is refused by its name. */
  | 'refused';

/** What of a request bounds its cost, beside the tokens that stand in it. */
const BOUNDING = [
  'outgrows',
  'contextTokens',
  'rounds',
  'runTokens',
  'compactions',
  'output',
  'extraOutputTokens',
  'thinkingTokens',
  'isLongContext',
  'choices',
  'cacheWrites',
  'serverTools',
  'tiers',
  'writes',
] as const satisfies readonly (keyof ModelRequest)[];

/**
 * How a field is treated: the request with it is compared to the one without.
 * @param name as the refusal of it has to say
 */
export function treatmentOf(
  api: Api,
  name: string,
  { having, lacking }: { readonly having: unknown; readonly lacking: unknown },
): Treatment | string {
  const before = attempt(api, lacking);
  const after = attempt(api, having);
  if (typeof after === 'string') {
    const [code, param = ''] = after.split(' ');
    return names(param, name) ? 'refused' : `${code} elsewhere: ${param}`;
  }
  if (typeof before === 'string') return 'required';
  if (after.unknown.length > before.unknown.length) return 'unknown';
  if (boundOf(after) !== boundOf(before)) return 'bounded';
  return after.inputTokens === before.inputTokens ? 'free' : 'counted';
}

function attempt(api: Api, body: unknown): ModelRequest | string {
  try {
    return read(api, body, { rules: COUNTING });
  } catch (error) {
    if (error instanceof Problem) return `${error.code} ${error.details.param}`;
    throw error;
  }
}

function boundOf(request: ModelRequest): string {
  return JSON.stringify(BOUNDING.map((name) => request[name]));
}

/** Whether a refusal's path names the field: `tools[0].filters.x` names `filters`. */
function names(path: string, name: string): boolean {
  return path.replaceAll(/\[\d+\]/g, '').split('.').includes(name);
}
