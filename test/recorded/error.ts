import type { RecordedApi, WireEvent } from './answer.js';

/** An answer that says what went wrong: a status and a body, whole and before any output. */
export interface RecordedError {
  /** Unique among all: `anthropic/overloaded_error`. */
  readonly name: string;
  readonly apis: readonly RecordedApi[];
  readonly status: number;
  /** Whether its provider bills it; also where nobody can know. */
  readonly isBilled: boolean;
  /** Of the body's JSON; a text where an intermediary answered in the provider's place. */
  readonly body: unknown;
}

/** An error inside a stream that began with 200: what follows is its end. */
export interface RecordedStreamError {
  readonly name: string;
  readonly api: RecordedApi;
  readonly events: readonly WireEvent[];
}
