import { formatInstant } from '../../src/caveats/expires.js';
import type { LimitState } from '../../src/ledger/contract.js';
import type { Micros } from '../../src/money/units.js';
import type { HoldParts } from '../model-calls/parts.js';
import { Amount, type ApiValue, toApiJson } from './json.js';

interface Wire {
  readonly status: number;
  /** The `type` of OpenAI's error shape. */
  readonly type: string;
  readonly message: string;
}

/**
 * Every error that a caller can see, in one place: DESIGN §4, and the few that it leaves open.
 * The message is what a stranger learns; a {@link Problem} can say more where that helps.
 */
const PROBLEMS = {
  invalid_macaroon: {
    status: 401,
    type: 'authentication_error',
    message: 'No valid macaroon: send one as "Authorization: Bearer …" or "x-api-key".',
  },
  expired: { status: 401, type: 'authentication_error', message: 'The macaroon has expired.' },
  invalid_operator_key: {
    status: 401,
    type: 'authentication_error',
    message: 'This route needs the operator\'s key as "Authorization: Bearer …".',
  },
  budget_exhausted: {
    status: 402,
    type: 'insufficient_quota',
    message: 'No budget left for this call.',
  },
  tool_not_allowed: {
    status: 403,
    type: 'permission_error',
    message: "The macaroon's caveats don't allow this model or tool.",
  },
  account_paused: {
    status: 403,
    type: 'permission_error',
    message: 'This account is paused.',
  },
  account_revoked: {
    status: 403,
    type: 'permission_error',
    message: 'This account is revoked.',
  },
  account_closed: {
    status: 403,
    type: 'permission_error',
    message: 'This account is closed.',
  },
  not_routed: {
    status: 404,
    type: 'not_found_error',
    message: 'No upstream or endpoint serves this name or route.',
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    message: 'This route does not take that method.',
  },
  // By this Codex stops asking for one, and posts.
  no_websocket: {
    status: 426,
    type: 'invalid_request_error',
    message: 'This gateway speaks HTTP alone, without WebSockets: send the same as a POST.',
  },
  root_conflict: {
    status: 409,
    type: 'invalid_request_error',
    message: 'A root of this id exists already with another content.',
  },
  account_final: {
    status: 409,
    type: 'invalid_request_error',
    message: 'This account is revoked or closed, for good.',
  },
  id_conflict: {
    status: 409,
    type: 'invalid_request_error',
    message: 'This id was used for something else.',
  },
  body_too_large: {
    status: 413,
    type: 'invalid_request_error',
    message: "The request body is larger than the gateway's limit.",
  },
  unsupported_encoding: {
    status: 415,
    type: 'invalid_request_error',
    message: 'A compressed request is not taken: send it without content-encoding.',
  },
  invalid_request: { status: 400, type: 'invalid_request_error', message: 'Invalid request.' },
  // The same for one that never was, one that is forgotten, and one that somebody else made.
  stored_unknown: {
    status: 404,
    type: 'not_found_error',
    message: 'The provider keeps nothing under this id that this account may use.',
  },
  price_unknown: {
    status: 422,
    type: 'invalid_request_error',
    message: 'There is no price for this call, so it can not be let through.',
  },
  price_too_high: {
    status: 422,
    type: 'invalid_request_error',
    message: 'A tools caveat asks for more than a call can cost where nothing bounds it.',
  },
  account_unknown: {
    status: 404,
    type: 'not_found_error',
    message: 'The ledger has no such account.',
  },
  // The same for one that never was and for one that belongs to somebody else.
  reservation_unknown: {
    status: 404,
    type: 'not_found_error',
    message: 'This account has no such reservation.',
  },
  // Never made, made by somebody else or through another gateway, or forgotten.
  call_unknown: {
    status: 404,
    type: 'not_found_error',
    message: 'This gateway knows no such call of this account.',
  },
  reservation_resolved: {
    status: 409,
    type: 'invalid_request_error',
    message:
      'This reservation is over: it was settled, released, or presumed spent at its deadline, and nothing is held for it.',
  },
  above_hold: {
    status: 422,
    type: 'invalid_request_error',
    message: 'A caller can not settle above what its reservation holds, in any unit.',
  },
  amount_overflow: {
    status: 422,
    type: 'invalid_request_error',
    message: 'An amount or a sum on the path would reach 2^53 micro-units.',
  },
  idempotency_in_flight: {
    status: 409,
    type: 'invalid_request_error',
    message: 'A request with this Idempotency-Key is still being carried out.',
  },
  idempotency_key_reused: {
    status: 422,
    type: 'invalid_request_error',
    message: 'This Idempotency-Key was used for another request, or at another price.',
  },
  upstream_unreachable: {
    status: 502,
    type: 'upstream_error',
    message: 'The upstream could not be reached; nothing was sent and nothing charged.',
  },
  upstream_failed: {
    status: 502,
    type: 'upstream_error',
    message: 'The upstream broke off; the call may have been carried out, so it stays charged.',
  },
  upstream_refused: {
    status: 502,
    type: 'upstream_error',
    message: "The upstream refused the gateway's own credential; nothing was charged.",
  },
  upstream_timeout: {
    status: 504,
    type: 'upstream_error',
    message: 'The upstream did not answer in time; the call may go on, so it stays charged.',
  },
  // Nobody is there to read it; a status for the log (as nginx has it).
  client_left: {
    status: 499,
    type: 'invalid_request_error',
    message: 'The caller left before the answer; what was dispatched stays charged.',
  },
  // Whatever was sent behind the request's head is not read.
  too_many_connections: {
    status: 503,
    type: 'server_error',
    message: 'As many connections are open as the gateway serves at once. Try again shortly.',
  },
  // Calls end, so waiting helps.
  too_many_holds: {
    status: 503,
    type: 'server_error',
    message: 'As many calls are open under this root account as one may have. Try again shortly.',
  },
  // Such calls end, so waiting helps.
  too_many_unknown: {
    status: 503,
    type: 'server_error',
    message:
      'As many calls with names that this gateway does not know are open under this root account as one may have. Try again shortly.',
  },
  too_many_accounts: {
    status: 403,
    type: 'permission_error',
    message: 'As many accounts are under this root account as one may have; this is one more.',
  },
  ledger_unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The ledger can not be reached, so no call is let through. Try again shortly.',
  },
  ledger_state_lost: {
    status: 503,
    type: 'server_error',
    message:
      'The ledger has lost state, or this root account was never there. No call is let through.',
  },
  internal_error: { status: 500, type: 'server_error', message: 'An error inside the gateway.' },
} as const satisfies Record<string, Wire>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** The limit that refused, and what the call needs of it. */
interface Shortfall {
  readonly limit: LimitState;
  readonly requiredMicros: Micros;
  /** What that consists of, where it goes by tokens. */
  readonly parts?: HoldParts;
  /** The field of the request by which it brings in what does not stand in it. */
  readonly contextFrom?: string;
}

/** One of several mistakes of a request. */
export interface ProblemDetail {
  readonly code: ProblemCode;
  readonly message: string;
  readonly param: string | undefined;
}

export interface ProblemDetails {
  /** Takes the place of the code's own message. Never holds a credential or an inner reason. */
  readonly message?: string;
  /** The request's field that is at fault. */
  readonly param?: string;
  /** All mistakes of the request, where there are several. */
  readonly problems?: readonly ProblemDetail[];
  /** Only the account is named to a stranger, never who holds the others. */
  readonly account?: string;
  /** The caller's own, where it is at fault or may have been made all the same. */
  readonly reservation?: string;
  readonly shortfall?: Shortfall;
  /** The largest output with which the call would fit the limit that refused. */
  readonly affordableOutput?: number;
  /** What Anthropic's SDK reads of an error to go on by itself: its `error.details`. */
  readonly anthropicDetails?: Readonly<Record<string, string | readonly string[]>>;
  /** For the log alone. */
  readonly cause?: unknown;
}

/** A refusal on its way to the caller: thrown inside, answered by {@link problemResponse}. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.message ?? PROBLEMS[code].message, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

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
    problems: details.problems?.map((one) => ({ ...one })),
  };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (requestId !== undefined) headers[REQUEST_ID_HEADERS[shape]] = requestId;
  // The SDKs would retry a 503 with or without it; a wait keeps them from hammering the store.
  if (status === 503) headers['retry-after'] = '1';
  if (code === 'budget_exhausted') headers['x-should-retry'] = 'false';
  if (details.account !== undefined) headers['x-bursar-account'] = details.account;
  if (details.reservation !== undefined) headers['x-bursar-reservation'] = details.reservation;
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
