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
export const PROBLEMS = {
  invalid_macaroon: {
    status: 401,
    type: 'authentication_error',
    message: 'No valid macaroon: send one as "Authorization: Bearer …" or "x-api-key".',
  },
  expired: { status: 401, type: 'authentication_error', message: 'The macaroon has expired.' },
  invalid_operator_key: {
    status: 401,
    type: 'authentication_error',
    message: 'This route needs an operator\'s key as "Authorization: Bearer …".',
  },
  too_many_wrong_keys: {
    status: 429,
    type: 'rate_limit_error',
    message: 'Too many wrong operator keys came from this address. Only the right one is taken.',
  },
  operator_scope_missing: {
    status: 403,
    type: 'permission_error',
    message: "The operator's key does not have the scope that this route needs.",
  },
  operator_tenant_denied: {
    status: 403,
    type: 'permission_error',
    message: "The operator's key is not for this tenant.",
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
  macaroon_revoked: {
    status: 403,
    type: 'permission_error',
    message: 'This macaroon, or one that it was attenuated from, is revoked.',
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
  too_many_revocations: {
    status: 409,
    type: 'invalid_request_error',
    message:
      'This root has 1000 revoked macaroons that have not expired: no more can be revoked. Revoke an account instead.',
  },
  macaroon_expired: {
    status: 409,
    type: 'invalid_request_error',
    message: 'This macaroon has expired, or its root has: it is refused already.',
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
  too_many_top_ups: {
    status: 409,
    type: 'invalid_request_error',
    message:
      'This root has had 10,000 top-ups, and takes no more: mint another root with what is left, and close this one.',
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
  // Calls end, so waiting helps. The caller's own are too many, not the gateway's.
  too_many_holds: {
    status: 429,
    type: 'rate_limit_error',
    message:
      'As many calls and reservations are open at this account and below it as it may have: half of what the account above has left. Try again when some have ended.',
  },
  // The next three are of this gateway alone, and over soon.
  too_many_in_flight: {
    status: 429,
    type: 'rate_limit_error',
    message:
      'As many calls are under way at this account and below it as this gateway has room for: half of what the account above has left. Try again when some have ended.',
  },
  too_many_uploads: {
    status: 429,
    type: 'rate_limit_error',
    message:
      'The requests that are being read at this account and below it are as large together as this gateway has room for. Try again when some have ended.',
  },
  too_many_free_calls: {
    status: 429,
    type: 'rate_limit_error',
    message:
      'As many calls that cost nothing were made in this second, at this account and below it, as may be. Try again in a second.',
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
    message:
      'As many accounts are below this one as it may have: half of what the account above has left. Spend from an account that is there.',
  },
  reading_failed: {
    status: 503,
    type: 'server_error',
    message:
      'The gateway could not read this request: the thread that reads large ones has failed. Nothing was held. Try again shortly.',
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
