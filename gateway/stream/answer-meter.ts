import type { AnswerFacts, AnswerReader, Reading } from './reading.js';

/** What the bytes of an answer have been found to be: one JSON document, or a stream of events. */
export type AnswerKind = 'document' | 'events';

/** Reads one answer's usage while its bytes go by. */
export interface AnswerMeter {
  /** Undefined until the first byte has come that is no space. */
  readonly kind: AnswerKind | undefined;
  /** @returns what of the answer the caller gets now, in order; the bytes are not copied */
  push(bytes: Uint8Array): readonly Uint8Array[];
  /** The answer came to its end, and did not break off. @returns the rest */
  end(): readonly Uint8Array[];
  /** What is known by now; of a plain answer, nothing before its end. */
  reading(): Reading;
  facts(): AnswerFacts;
  /** As {@link AnswerReader.ids}. */
  ids(): readonly string[];
}
