import type { AnswerKind, AnswerMeter } from './answer-meter.js';
import type { AnswerFacts, Reading } from './reading.js';

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const SPACE = 0x20;
/** UTF-8's byte order mark: no text has these bytes at its begin but by it. */
const MARK = [0xef, 0xbb, 0xbf];

const NOTHING_SAID: Reading = { status: 'missing', detail: 'the answer is empty' };
const NO_FACTS: AnswerFacts = { models: [], statedUsd: undefined, openTier: [], openWrites: 0 };

/**
 * Chooses how an answer is read by its first byte that is no space: servers send documents to who asked
 * for a stream, and streams under any label. Spaces before it are passed on, and mean nothing.
 */
export class SniffingMeter implements AnswerMeter {
  readonly #open: (kind: AnswerKind) => AnswerMeter;
  #meter: AnswerMeter | undefined;

  constructor(open: (kind: AnswerKind) => AnswerMeter) {
    this.#open = open;
  }

  get kind(): AnswerKind | undefined {
    return this.#meter?.kind;
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#meter ??= this.#choose(bytes);
    return this.#meter === undefined ? [bytes] : this.#meter.push(bytes);
  }

  end(): readonly Uint8Array[] {
    return this.#meter?.end() ?? [];
  }

  reading(): Reading {
    return this.#meter?.reading() ?? NOTHING_SAID;
  }

  facts(): AnswerFacts {
    return this.#meter?.facts() ?? NO_FACTS;
  }

  ids(): readonly string[] {
    return this.#meter?.ids() ?? [];
  }

  #choose(bytes: Uint8Array): AnswerMeter | undefined {
    for (const byte of bytes) {
      if (byte <= SPACE || MARK.includes(byte)) continue;
      const isDocument = byte === OPEN_OBJECT || byte === OPEN_ARRAY;
      return this.#open(isDocument ? 'document' : 'events');
    }
    return undefined;
  }
}
