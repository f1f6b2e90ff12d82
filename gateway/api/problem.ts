import type { LimitState } from '../../src/ledger/contract.js';
import type { Micros } from '../../src/money/units.js';
import type { HoldParts } from './hold-parts.js';
import { PROBLEMS, type ProblemCode } from './problem-codes.js';

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
  /** The scope that an operator's key lacks, and those that it has. */
  readonly scopes?: { readonly needed: string; readonly held: readonly string[] };
  /** The methods that the route takes. */
  readonly allow?: readonly string[];
  /** Seconds after which the caller may try again. */
  readonly retryAfterS?: number;
  /** It is in the log already, in another way. */
  readonly isLogged?: true;
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
