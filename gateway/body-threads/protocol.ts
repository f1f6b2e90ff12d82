import { Problem, type ProblemDetails } from '../api/problem.js';
import type { ProblemCode } from '../api/problem-codes.js';
import type { Api, ModelRequest, RecalledTokens, RequestRules } from '../providers/request.js';
import type { Places } from '../providers/sent.js';

/** What a thread is started with. */
export interface ThreadSettings {
  /** Whether some upstream counts by OpenAI's tokenizers, which are then loaded at the start. */
  readonly hasTokenizers: boolean;
}

/** To a thread, which has one body at a time: it is opened, and then read or dropped. */
export type Ask =
  | { readonly kind: 'open'; readonly api: Api; readonly body: ArrayBuffer }
  | ReadAsk
  | { readonly kind: 'drop' };

export interface ReadAsk {
  readonly kind: 'read';
  readonly model: string;
  /** Those that the API's requests are read by. */
  readonly headers: readonly (readonly [string, string])[];
  readonly rules: Omit<RequestRules, 'tokenizers'>;
  readonly isTokenized: boolean;
  readonly recalled: RecalledTokens | undefined;
}

/** From a thread: `ready` once, and then one for each that is opened or read. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly model: string; readonly ids: readonly string[] }
  | ReadAnswer
  | RefusedAnswer;

interface ReadAnswer {
  readonly kind: 'read';
  readonly request: ModelRequest;
  readonly places: Places;
  readonly characters: number;
  readonly body: ArrayBuffer;
}

/** Of a body that was opened, it comes back with it. */
interface RefusedAnswer {
  readonly kind: 'refused';
  readonly problem: PlainProblem;
  readonly body?: ArrayBuffer;
}

/** A {@link Problem} between threads: a class does not travel. */
export interface PlainProblem {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
}

/** An error that is no Problem becomes an `internal_error`. */
export function plainProblem(error: unknown): PlainProblem {
  if (!(error instanceof Problem)) {
    return { code: 'internal_error', details: { cause: textOf(error) } };
  }
  const { code, details } = error;
  return details.cause === undefined
    ? { code, details }
    : { code, details: { ...details, cause: textOf(details.cause) } };
}

export function problemOf({ code, details }: PlainProblem): Problem {
  return new Problem(code, details);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
