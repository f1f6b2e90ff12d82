import { JsonSkim } from '../../src/text/json-skim.js';
import type { AnswerMeter } from './answer-meter.js';
import { EventMemo } from './event-memo.js';
import type { AnswerFacts, AnswerFormat, AnswerReader, Reading, ReadingTerms } from './reading.js';
import { SseScanner } from './sse-scanner.js';

const DONE = new TextEncoder().encode('[DONE]');

/** Each event's data, read as one JSON document. */
export class EventReader {
  readonly #skim: JsonSkim;
  readonly reader: AnswerReader;
  /** How much of the data is like `[DONE]` so far, and how long it is. */
  #doneMatched = 0;
  #length = 0;
  readonly #memo = new EventMemo();
  /** The skim still has the event before. */
  #isOver = false;

  constructor(format: AnswerFormat, terms: ReadingTerms) {
    this.#skim = new JsonSkim(format.eventWish);
    this.reader = format.begin(terms);
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isOver) this.#skim.reset();
    this.#isOver = false;
    for (let at = start; at < end && this.#length + at - start === this.#doneMatched; at += 1) {
      if (bytes[at] !== DONE[this.#doneMatched]) break;
      this.#doneMatched += 1;
    }
    this.#length += end - start;
    this.#skim.write(bytes, start, end);
  }

  /**
   * Where an event begins. One that is like the last, and as a whole in these bytes, is counted as
   * that one was, but for the length of its text. Answers where it ends, or −1.
   */
  again(bytes: Uint8Array, at: number): number {
    const end = this.#memo.match(bytes, at);
    if (end === -1) return -1;
    this.#skim.measureAgain(this.#memo.wordLength);
    this.reader.again(this.#skim);
    return end;
  }

  /**
   * The event is over. Answers whether it carried usage and nothing else.
   * @param bytes in which it ends, before `end`; none where the stream does
   */
  event(bytes: Uint8Array = new Uint8Array(), end = 0): boolean {
    if (this.#length === 0) return false;
    const isDone = this.#length === DONE.length && this.#doneMatched === DONE.length;
    let isUsageOnly = false;
    this.#memo.forget();
    if (isDone) this.reader.done();
    else if (this.#skim.isWhole) {
      isUsageOnly = this.reader.event(this.#skim);
      if (!isUsageOnly) this.#remember(bytes, end);
    }
    this.#isOver = true;
    this.#doneMatched = 0;
    this.#length = 0;
    return isUsageOnly;
  }

  #remember(bytes: Uint8Array, end: number): void {
    const { measuredStrings, measuredStart, measuredBytes, isUnreadable } = this.#skim;
    if (measuredStrings !== 1 || isUnreadable) return;
    this.#memo.keep(bytes, end, { start: measuredStart, length: measuredBytes });
  }
}

/** Every byte goes on in the moment in which it comes. */
export class PassingMeter implements AnswerMeter {
  readonly kind = 'events';
  readonly #events: EventReader;
  readonly #scanner: SseScanner;
  #bytes: Uint8Array = new Uint8Array();

  constructor(events: EventReader) {
    this.#events = events;
    this.#scanner = new SseScanner({
      data: (bytes, start, end) => events.data(bytes, start, end),
      event: (end) => {
        events.event(this.#bytes, end);
      },
      again: (bytes, at) => events.again(bytes, at),
      lateLineFeed: () => {},
    });
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#bytes = bytes;
    this.#scanner.scan(bytes);
    return [bytes];
  }

  /** The last event may lack its blank line: clients read it all the same. */
  end(): readonly Uint8Array[] {
    this.#events.event();
    this.#events.reader.ended();
    return [];
  }

  reading(): Reading {
    return this.#events.reader.reading();
  }

  facts(): AnswerFacts {
    return this.#events.reader.facts();
  }

  ids(): readonly string[] {
    return this.#events.reader.ids();
  }
}
