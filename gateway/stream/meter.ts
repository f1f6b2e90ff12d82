import { JsonSkim } from '../../src/text/json-skim.js';
import { EventMemo } from './event-memo.js';
import type { AnswerFormat, Reading, ReadingTerms } from './reading.js';
import { SseScanner } from './sse-scanner.js';

/** Reads one answer's usage while its bytes go by. */
export interface AnswerMeter {
  /** @returns what of the answer the caller gets now, in order; the bytes are not copied */
  push(bytes: Uint8Array): readonly Uint8Array[];
  /** The answer came to its end, and did not break off. @returns the rest */
  end(): readonly Uint8Array[];
  /** What is known by now; of a plain answer, nothing before its end. */
  reading(): Reading;
}

export interface MeterOptions extends ReadingTerms {
  /** Takes out of the stream the event with usage alone, for which the caller did not ask. */
  readonly hidesUsageEvent: boolean;
}

/** For an answer that is one JSON document. It goes by as it is. */
export function meterPlain(format: AnswerFormat, terms: ReadingTerms): AnswerMeter {
  return new PlainMeter(format, terms);
}

class PlainMeter implements AnswerMeter {
  readonly #skim: JsonSkim;
  readonly #reader: ReturnType<AnswerFormat['begin']>;

  constructor(format: AnswerFormat, terms: ReadingTerms) {
    this.#skim = new JsonSkim(format.plainWish);
    this.#reader = format.begin(terms);
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#skim.write(bytes);
    return [bytes];
  }

  end(): readonly Uint8Array[] {
    if (this.#skim.isWhole) this.#reader.plain(this.#skim);
    return [];
  }

  reading(): Reading {
    return this.#reader.reading();
  }
}

/** For an answer that is a stream of events. */
export function meterEvents(format: AnswerFormat, options: MeterOptions): AnswerMeter {
  const events = new EventReader(format, options);
  return options.hidesUsageEvent ? new HidingMeter(events) : new PassingMeter(events);
}

const DONE = new TextEncoder().encode('[DONE]');

/** Each event's data, read as one JSON document. */
class EventReader {
  readonly #skim: JsonSkim;
  readonly #reader: ReturnType<AnswerFormat['begin']>;
  /** How much of the data is like `[DONE]` so far, and how long it is. */
  #doneMatched = 0;
  #length = 0;
  readonly #memo = new EventMemo();
  /** The skim still has the event before. */
  #isOver = false;

  constructor(format: AnswerFormat, terms: ReadingTerms) {
    this.#skim = new JsonSkim(format.eventWish);
    this.#reader = format.begin(terms);
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
    this.#reader.event(this.#skim);
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
    if (isDone) this.#reader.done();
    else if (this.#skim.isWhole) {
      isUsageOnly = this.#reader.event(this.#skim);
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

  reading(): Reading {
    return this.#reader.reading();
  }
}

/** Every byte goes on in the moment in which it comes. */
class PassingMeter implements AnswerMeter {
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
    return [];
  }

  reading(): Reading {
    return this.#events.reading();
  }
}

/** An event longer than this is not the one to hide, and is passed on as it comes. */
const MAX_HELD_BYTES = 16 * 1024;

/**
 * Holds back the event under way until its last byte, since only then it is known whether it is to
 * be hidden. No client can read a part of an event, so none is delayed; whole ones pass at once.
 */
class HidingMeter implements AnswerMeter {
  readonly #events: EventReader;
  readonly #scanner: SseScanner;
  /** Of the event under way: what came with earlier bytes, and is not passed on. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** The event under way was passed on in part, so all of it must be. */
  #isLong = false;
  /** In the bytes under way: what goes on, and where what is not yet passed begins. */
  #out: Uint8Array[] = [];
  #bytes: Uint8Array = new Uint8Array();
  #from = 0;
  #eventFrom = 0;
  #wasHidden = false;

  constructor(events: EventReader) {
    this.#events = events;
    this.#scanner = new SseScanner({
      data: (bytes, start, end) => events.data(bytes, start, end),
      event: (end) => this.#endEvent(end, events.event(this.#bytes, end)),
      again: (bytes, at) => {
        const end = events.again(bytes, at);
        if (end !== -1) this.#endEvent(end, false);
        return end;
      },
      lateLineFeed: () => {
        this.#eventFrom = 1;
        if (this.#wasHidden) this.#from = 1;
      },
    });
  }

  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#out = [];
    this.#bytes = bytes;
    this.#from = 0;
    this.#eventFrom = 0;
    this.#scanner.scan(bytes);
    this.#pass(this.#isLong ? bytes.length : this.#eventFrom);
    this.#hold(bytes.subarray(this.#from));
    return this.#out;
  }

  end(): readonly Uint8Array[] {
    this.#out = [];
    const isHidden = this.#events.event() && !this.#isLong;
    if (!isHidden) this.#passHeld();
    return this.#out;
  }

  reading(): Reading {
    return this.#events.reading();
  }

  #endEvent(end: number, isUsageOnly: boolean): void {
    const isHidden = isUsageOnly && !this.#isLong;
    if (isHidden) {
      this.#pass(this.#eventFrom);
      this.#held = [];
      this.#heldBytes = 0;
      this.#from = end;
    } else this.#passHeld();
    this.#eventFrom = end;
    this.#isLong = false;
    this.#wasHidden = isHidden;
  }

  /** What of the bytes under way is before `end`, and not passed on yet, goes on. */
  #pass(end: number): void {
    if (end <= this.#from) return;
    this.#out.push(this.#bytes.subarray(this.#from, end));
    this.#from = end;
  }

  #hold(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#held.push(rest);
    this.#heldBytes += rest.length;
    if (this.#heldBytes <= MAX_HELD_BYTES) return;
    this.#passHeld();
    this.#isLong = true;
  }

  #passHeld(): void {
    this.#out.push(...this.#held);
    this.#held = [];
    this.#heldBytes = 0;
  }
}
