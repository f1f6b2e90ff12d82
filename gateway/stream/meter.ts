import { JsonSkim } from '../../src/text/json-skim.js';
import type { AnswerMeter } from './answer-meter.js';
import { EventReader, PassingMeter } from './event-meter.js';
import { HidingMeter } from './hiding-meter.js';
import type { AnswerFacts, AnswerFormat, AnswerReader, Reading, ReadingTerms } from './reading.js';
import { SniffingMeter } from './sniffing-meter.js';

export interface MeterOptions extends ReadingTerms {
  /** Takes out of the stream the event with usage alone, for which the caller did not ask. */
  readonly hidesUsageEvent: boolean;
}

/**
 * For an answer of which only its bytes tell what it is: a document begins with a bracket, and everything
 * else is read as events.
 */
export function meterAnswer(format: AnswerFormat, options: MeterOptions): AnswerMeter {
  return new SniffingMeter((kind) =>
    kind === 'document' ? meterPlain(format, options) : meterEvents(format, options),
  );
}

/** For an answer that is one JSON document. It goes by as it is. */
export function meterPlain(format: AnswerFormat, terms: ReadingTerms): AnswerMeter {
  return new PlainMeter(format, terms);
}

class PlainMeter implements AnswerMeter {
  readonly kind = 'document';
  readonly #skim: JsonSkim;
  readonly #reader: AnswerReader;

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

  facts(): AnswerFacts {
    return this.#reader.facts();
  }

  ids(): readonly string[] {
    return this.#reader.ids();
  }
}

/** For an answer that is a stream of events. */
export function meterEvents(format: AnswerFormat, options: MeterOptions): AnswerMeter {
  const events = new EventReader(format, options);
  return options.hidesUsageEvent ? new HidingMeter(events) : new PassingMeter(events);
}
