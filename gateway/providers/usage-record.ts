import type { Usage } from '../../src/pricing/usage.js';
import type { JsonSkim } from '../../src/text/json-skim.js';
import type { Reading, ReadingTerms } from '../stream/reading.js';
import { MalformedUsage } from './counts.js';

/**
 * What one answer has said of its usage so far. Counts are cumulative: what comes later replaces
 * what was, and is never added. The first fault stays, whatever follows.
 */
export class UsageRecord {
  readonly #terms: ReadingTerms;
  readonly #maxTokenBytes: number;
  #usage: Usage | undefined;
  #fault: Exclude<Reading, { status: 'read' }> | undefined;
  #seenBytes = 0;
  #isFinal = false;

  /**
   * @param maxTokenBytes the longest text that one token can be. Text of so many bytes was at least
   *   one token. Usual text has about four bytes a token, so no honest answer is held to account
   *   for a rounding; what this finds is a provider that leaves the output out.
   */
  constructor(terms: ReadingTerms, maxTokenBytes: number) {
    this.#terms = terms;
    this.#maxTokenBytes = maxTokenBytes;
  }

  /** Output went by: its text as UTF-8, or less. */
  saw(bytes: number): void {
    this.#seenBytes += bytes;
  }

  /** @param read throws `MalformedUsage` */
  offer(read: () => Usage): void {
    if (this.#fault !== undefined) return;
    try {
      const usage = read();
      this.#fault = faultOf(usage, this.#usage, this.#terms);
      this.#usage = usage;
    } catch (error) {
      if (!(error instanceof MalformedUsage)) throw error;
      this.#fault = { status: 'malformed', detail: error.message };
    }
  }

  /** Nothing more is to come: until then, more may have been used than was said. */
  end(): void {
    this.#isFinal = true;
  }

  reading(): Reading {
    if (this.#fault !== undefined) return this.#fault;
    const usage = this.#usage;
    if (usage === undefined) return { status: 'missing', detail: 'the answer says no usage' };
    if (!this.#isFinal) {
      return { status: 'missing', detail: 'the answer broke off before its last usage' };
    }
    const output = outputOf(usage);
    const atLeast = Math.ceil(this.#seenBytes / this.#maxTokenBytes);
    if (output >= atLeast) return { status: 'read', usage };
    const detail = `the output is ${output} tokens; ${this.#seenBytes} bytes of text are at least ${atLeast}`;
    return { status: 'below_seen', detail };
  }
}

function faultOf(usage: Usage, before: Usage | undefined, { most }: ReadingTerms) {
  const input = inputOf(usage);
  const output = outputOf(usage);
  if (input > most.input || output > most.output) {
    const detail = `${input} tokens in and ${output} out; expected at most ${most.input} and ${most.output}`;
    return { status: 'malformed', detail } as const;
  }
  if (before !== undefined && (input < inputOf(before) || output < outputOf(before))) {
    const detail = `${input} tokens in and ${output} out, after ${inputOf(before)} and ${outputOf(before)}`;
    return { status: 'below_seen', detail } as const;
  }
  return undefined;
}

function inputOf({ input, cachedInput, cacheWrite, cacheWriteLong }: Usage): number {
  return input + cachedInput + cacheWrite + cacheWriteLong;
}

function outputOf({ output, reasoning }: Usage): number {
  return output + reasoning;
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
