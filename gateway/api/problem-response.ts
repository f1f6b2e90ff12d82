import { formatInstant } from '../../src/caveats/expires.js';
import type { LimitState } from '../../src/ledger/contract.js';
import type { Micros } from '../../src/money/units.js';
import { Amount, type ApiValue, toApiJson } from './json.js';
import type { Problem, ProblemDetails } from './problem.js';
import { PROBLEMS } from './problem-codes.js';

/** Whose error shape a route speaks. */
export type ErrorShape = 'openai' | 'anthropic';

/**
 * The one mapping of problems to HTTP: in the error shape of the route's API, with Bursar's fields
 * beside it.
 * @param requestId for routes whose SDKs read one
 */
export function problemResponse(
  problem: Problem,
  shape: ErrorShape = 'openai',
  requestId?: string,
): Response {
  const { code, details, status } = problem;
  const body: ApiValue = {
    ...(shape === 'openai' ? openaiError(problem) : anthropicError(problem, requestId)),
    account: details.account,
    reservation: details.reservation,
    ...shortfallFields(details.shortfall),
    affordableOutput: details.affordableOutput,
    scopes: details.scopes && { ...details.scopes },
    problems: details.problems?.map((one) => ({ ...one })),
  };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (requestId !== undefined) headers[REQUEST_ID_HEADERS[shape]] = requestId;
  // The SDKs would retry a 503 with or without it; a wait keeps them from hammering the store.
  if (status === 503 || status === 429) headers['retry-after'] = '1';
  if (details.retryAfterS !== undefined) headers['retry-after'] = String(details.retryAfterS);
  if (code === 'budget_exhausted') headers['x-should-retry'] = 'false';
  if (details.account !== undefined) headers['x-bursar-account'] = details.account;
  if (details.reservation !== undefined) headers['x-bursar-reservation'] = details.reservation;
  // RFC 9110 §15.5.6.
  if (details.allow !== undefined) headers['allow'] = details.allow.join(', ');
  // RFC 9110 §15.5.22.
  if (status === 426) headers['upgrade'] = 'HTTP/1.1';
  if (status === 413 || code === 'too_many_connections') headers['connection'] = 'close';
  return new Response(toApiJson(body), { status, headers });
}

/** The header that each SDK shows a program as the request's id. */
const REQUEST_ID_HEADERS = { openai: 'x-request-id', anthropic: 'request-id' } as const;

function openaiError({ code, details, message }: Problem) {
  return {
    error: { message, type: PROBLEMS[code].type, code, param: details.param ?? null },
  };
}

/** Its SDK names an error by `error.type`; `code` and `param` are Bursar's own beside it. */
function anthropicError({ code, details, message, status }: Problem, requestId?: string) {
  const type = ANTHROPIC_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return {
    type: 'error',
    error: { type, message, details: details.anthropicDetails, code, param: details.param },
    request_id: requestId,
  };
}

/** Anthropic API reference, "Errors". */
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
};

function shortfallFields(
  shortfall: ProblemDetails['shortfall'],
): Record<string, ApiValue | undefined> {
  if (shortfall === undefined) return {};
  const { limit, requiredMicros, parts, contextFrom } = shortfall;
  const { unit, window, remainingMicros, heldMicros } = limit;
  const resetsAtMs = helpfulReset(limit, requiredMicros);
  return {
    unit,
    window: window === 'life' ? undefined : window,
    remaining: new Amount(remainingMicros),
    held: new Amount(heldMicros),
    required: new Amount(requiredMicros),
    requiredFor: parts && {
      input: new Amount(parts.input),
      output: new Amount(parts.output),
      serverTools: new Amount(parts.serverTools),
      context: new Amount(parts.context),
    },
    contextFrom,
    resetsAt: resetsAtMs === undefined ? undefined : formatInstant(resetsAtMs),
  };
}

/**
 * When the limit begins anew, in milliseconds since 1970, if it then has room for so much;
 * undefined for one that never will.
 */
export function helpfulReset(limit: LimitState, requiredMicros: Micros): number | undefined {
  return requiredMicros <= limit.limitMicros ? limit.resetsAtMs : undefined;
}
