import type { Usage } from '../../src/pricing/usage.js';
import type { JsonSkim } from '../../src/text/json-skim.js';
import type { Wish } from '../../src/text/json-wish.js';

/**
 * What an answer says it used. Only `read` is charged as it is; for all others the hold is:
 * - `missing`: the answer does not say, or broke off before it did;
 * - `malformed`: negative, fractional, beyond the model's maximum, contradicting itself, or with a
 *   part that `Usage` has no field for;
 * - `below_seen`: less than what went by.
 */
export type Reading =
  | { readonly status: 'read'; readonly usage: Usage }
  | {
      readonly status: 'missing' | 'malformed' | 'below_seen';
      /** For the log: what was found, and what was expected. Never the answer's text. */
      readonly detail: string;
    };

/** What is known of the call before its answer comes. */
export interface ReadingTerms {
  /** The most tokens that the model could have taken in and put out. More is nonsense. */
  readonly most: { readonly input: number; readonly output: number };
  /**
   * Whether the request asked for cache entries of an hour. Where an answer does not say which
   * entries were written, they are counted as these, which are dearer.
   */
  readonly mayWriteLong: boolean;
}

/** How the answers of one API are read: what to look for in their JSON, and what it means. */
export interface AnswerFormat {
  readonly plainWish: Wish;
  /** Of the data of one event. */
  readonly eventWish: Wish;
  /** For one answer. */
  begin(terms: ReadingTerms): AnswerReader;
}

export interface AnswerReader {
  /** The whole of a plain answer. */
  plain(document: JsonSkim): void;
  /** One event of a stream. Answers whether it carries usage and nothing else. */
  event(document: JsonSkim): boolean;
  /** The event whose data is `[DONE]`. */
  done(): void;
  /** What is known by now. */
  reading(): Reading;
}
