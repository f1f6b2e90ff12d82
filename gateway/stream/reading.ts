import type { Micros } from '../../src/money/units.js';
import type { Usage } from '../../src/pricing/usage.js';
import type { JsonSkim } from '../../src/text/json-skim.js';
import type { Wish } from '../../src/text/json-wish.js';

/**
 * What an answer says it used. `read` is charged as it is. `above_maximum` is more than the model can
 * take in or put out, whatever was asked: its usage is as it was said, and is charged at that maximum,
 * or at the hold where that is more. For all others the hold is:
 * - `missing`: the answer does not say, or broke off before it did;
 * - `malformed`: negative, fractional, contradicting itself, or with a part that `Usage` has no field for;
 * - `below_seen`: less than what went by.
 */
export type Reading =
  | { readonly status: 'read'; readonly usage: Usage }
  | { readonly status: 'above_maximum'; readonly usage: Usage; readonly detail: string }
  | {
      readonly status: 'missing' | 'malformed' | 'below_seen';
      /** For the log: what was found, and what was expected. Never the answer's text. */
      readonly detail: string;
    };

/** What a tier's name is made of. OpenAI has the first alone. */
export type TierPart = 'tier' | 'speed' | 'geo';

/** What an answer says beside its usage that decides what it costs. */
export interface AnswerFacts {
  /** The models that served, as the answer names them; none where it names none. */
  readonly models: readonly string[];
  /** What the provider says that the call cost, in micro-dollars, rounded up; undefined if it doesn't. */
  readonly statedUsd: Micros | undefined;
  /** The parts of the tier that the answer leaves open: any that the request allows may have served. */
  readonly openTier: readonly TierPart[];
  /** Those of `Usage.cacheWrite` whose lifetime is not said. */
  readonly openWrites: number;
}

/** What is known of the call before its answer comes. */
export interface ReadingTerms {
  /** The most tokens that the model could have taken in and put out. */
  readonly most: { readonly input: number; readonly output: number };
  /**
   * Whether the request asked for cache entries of an hour. Where an answer of Anthropic's does not say
   * which entries were written, they are counted as these, which are dearer.
   */
  readonly mayWriteLong: boolean;
  /** UTF-8 bytes of text that are certainly in the prompt; 0, or absent, where nothing is certain. */
  readonly textBytes?: number;
  /** The provider may leave out a part of the input, so that no count of it is too low. */
  readonly mayShrink?: boolean;
  /** Answers that were asked for; 1 unless said. */
  readonly choices?: number;
  /** The tools on the provider's side that the request has, by the names that usage has. */
  readonly serverTools?: Readonly<Record<string, number>>;
  /** Numbers in a usage that cost nothing at this upstream: by name, or by their path (`a.b`). */
  readonly ignored?: ReadonlySet<string> | undefined;
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
  /** One that is the same as the last event, but for the length of its one measured text. */
  again(document: JsonSkim): void;
  /** The event whose data is `[DONE]`. */
  done(): void;
  /** The stream ended as its framing says, and did not break off. */
  ended(): void;
  /** What is known by now. */
  reading(): Reading;
  facts(): AnswerFacts;
  /**
   * Under which ids the provider may keep the answer: its own, and those of its items, reasoning and
   * compactions first. At most 64, each at most 128 printable ASCII characters.
   */
  ids(): readonly string[];
}
