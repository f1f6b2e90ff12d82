import { Problem } from '../api/problem.js';
import type { ProblemCode } from '../api/problem-codes.js';
import { UpstreamError, type UpstreamFailure } from './types.js';

const FAILURE_CODES = {
  unreachable: 'upstream_unreachable',
  failed: 'upstream_failed',
  timeout: 'upstream_timeout',
  aborted: 'client_left',
  not_sent: 'client_left',
} as const satisfies Record<UpstreamFailure, ProblemCode>;

/** What is known of an error on the way of a call. */
export function failureOf(error: unknown): UpstreamFailure {
  return error instanceof UpstreamError ? error.failure : 'failed';
}

/** What a caller learns of it. */
export function failureProblem(error: unknown): Problem {
  return new Problem(FAILURE_CODES[failureOf(error)], { cause: error });
}
