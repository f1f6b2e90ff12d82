import type { Usage } from '../../src/pricing/usage.js';
import type { JsonSkim } from '../../src/text/json-skim.js';
import type { Reading, ReadingTerms } from '../stream/reading.js';
import { MalformedUsage } from './counts.js';
import { inputOf, largerUsage, outputOf, raisedTo } from './merge-usage.js';

/** One usage that an answer says. */
export type Word =
  | { readonly status: 'whole'; readonly usage: Usage }
  /** A count that every usage has is absent or null: it contradicts nothing. */
  | {
      readonly status: 'part';
      readonly missing: string;
      /** In all, as far as it says. */
      readonly input: number;
      readonly output: number;
    };

/**
 * What one answer has said of its usage so far. Counts are cumulative: what comes later replaces what
 * was, and is never added; of two counts, the larger one counts. A whole usage mends one before it that
 * was not whole, or malformed.
 */
export class UsageRecord {
  readonly #terms: ReadingTerms;
  readonly #maxTokenBytes: number;
  #usage: Usage | undefined;
  /** What the last whole usage says of the output. */
  #lastOutput = 0;
  #fault: Exclude<Reading, { status: 'read' | 'above_maximum' }> | undefined;
  /** What usages that were not whole have said, at the least. */
  #leastInput = 0;
  #leastOutput = 0;
  #missing: string | undefined;
  #seenBytes = 0;
  /** Output went by behind the last usage, which can't have counted it. */
  #isBehind = false;
  #isFinal = false;

  /**
   * @param maxTokenBytes the longest text that one token can be. Text of so many bytes was at least
   *   one token. Usual text has about four bytes a token, so no honest answer is held to account
   *   for a rounding; what this finds is a provider that leaves the output out, or the input.
   */
  constructor(terms: ReadingTerms, maxTokenBytes: number) {
    this.#terms = terms;
    this.#maxTokenBytes = maxTokenBytes;
  }

  /** Output went by: its text as UTF-8, or less. */
  saw(bytes: number): void {
    if (bytes === 0) return;
    this.#seenBytes += bytes;
    this.#isBehind = true;
  }

  /** Whether any output went by, or was counted. */
  get hasOutput(): boolean {
    return this.#seenBytes > 0 || this.#lastOutput > 0;
  }

  /** @param read throws `MalformedUsage` */
  offer(read: () => Word): void {
    try {
      this.#take(read());
    } catch (error) {
      if (!(error instanceof MalformedUsage)) throw error;
      this.#fault = { status: 'malformed', detail: error.message };
    }
  }

  #take(word: Word): void {
    if (word.status === 'whole') {
      this.#fault = undefined;
      this.#isBehind = false;
      this.#lastOutput = outputOf(word.usage);
      this.#usage = this.#usage === undefined ? word.usage : largerUsage(this.#usage, word.usage);
      return;
    }
    this.#missing = word.missing;
    this.#leastInput = Math.max(this.#leastInput, word.input);
    this.#leastOutput = Math.max(this.#leastOutput, word.output);
  }

  /** Nothing more is to come: until then, more may have been used than was said. */
  end(): void {
    this.#isFinal = true;
  }

  reading(): Reading {
    if (this.#fault !== undefined) return this.#fault;
    if (this.#usage === undefined) return this.#unsaid();
    if (!this.#isFinal) {
      return { status: 'missing', detail: 'the answer broke off before its last usage' };
    }
    if (this.#isBehind) {
      return { status: 'missing', detail: 'output went by behind the last usage' };
    }
    const usage = raisedTo(this.#usage, this.#leastInput, this.#leastOutput);
    return this.#aboveMaximum(usage) ?? this.#belowSeen(usage) ?? { status: 'read', usage };
  }

  #unsaid(): Reading {
    if (this.#missing === undefined) {
      return { status: 'missing', detail: 'the answer says no usage' };
    }
    return { status: 'malformed', detail: `${this.#missing} is absent; expected a whole number` };
  }

  #aboveMaximum(usage: Usage): Reading | undefined {
    const { most } = this.#terms;
    const input = inputOf(usage);
    const output = outputOf(usage);
    if (input <= most.input && output <= most.output) return undefined;
    const detail = `${input} tokens in and ${output} out; expected at most ${most.input} and ${most.output}`;
    return { status: 'above_maximum', usage, detail };
  }

  #belowSeen(usage: Usage): Reading | undefined {
    const { textBytes = 0, mayShrink = false } = this.#terms;
    // One before it can't have counted all of it.
    const output = this.#below('output', this.#lastOutput, this.#seenBytes);
    if (output !== undefined || mayShrink) return output;
    return this.#below('input', inputOf(usage), textBytes);
  }

  #below(what: string, tokens: number, bytes: number): Reading | undefined {
    const atLeast = Math.ceil(bytes / this.#maxTokenBytes);
    if (tokens >= atLeast) return undefined;
    const detail = `the ${what} is ${tokens} tokens; ${bytes} bytes of text are at least ${atLeast}`;
    return { status: 'below_seen', detail };
  }
}

/** Whether the document has no such usage, or says that there is none: `"usage": null`. */
export function isAbsent(document: JsonSkim, name: string): boolean {
  const value = document.kept(name);
  return !document.isUnreadable && (value === undefined || value === null);
}

/** @throws {MalformedUsage} when something in the document that counts could not be read */
export function mustBeReadable(document: JsonSkim): void {
  if (document.isUnreadable) {
    throw new MalformedUsage('what counts was no JSON, too long, or there twice');
  }
}
