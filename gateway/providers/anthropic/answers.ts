import type { JsonSkim } from '../../../src/text/json-skim.js';
import { array, keep, MEASURE, object } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, ReadingTerms } from '../../stream/reading.js';
import { isAbsent, mustBeReadable, UsageRecord } from '../usage-record.js';
import { readMessageUsage, replaceCounts } from './usage.js';

/** The tokenizer that Anthropic published has a token of 1,024 spaces, and none longer. */
const MAX_TOKEN_BYTES = 1024;

/**
 * `POST /v1/messages`. Thinking is not measured: what is shown of it can be a summary, which is
 * not what is billed.
 */
export const messageAnswers: AnswerFormat = {
  plainWish: object({ usage: keep('usage'), content: array(object({ text: MEASURE })) }),
  eventWish: object({
    type: keep('type'),
    message: object({ usage: keep('start') }),
    delta: object({ stop_reason: keep('stop'), text: MEASURE, partial_json: MEASURE }),
    usage: keep('usage'),
  }),
  begin: (terms) => new MessageReader(terms),
};

class MessageReader implements AnswerReader {
  readonly #record: UsageRecord;
  readonly #mayWriteLong: boolean;
  /** What was said so far, each count as it was said last. */
  #said: unknown = {};

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    this.#mayWriteLong = terms.mayWriteLong;
  }

  plain(document: JsonSkim): void {
    this.#record.saw(document.measuredBytes);
    if (!isAbsent(document, 'usage')) this.#offer(document, () => document.kept('usage'));
    this.#record.end();
  }

  event(document: JsonSkim): boolean {
    this.#record.saw(document.measuredBytes);
    const type = document.kept('type');
    if (type === 'message_start') {
      this.#offer(document, () => document.kept('start'));
    } else if (type === 'message_delta') {
      this.#offer(document, () => replaceCounts(this.#said, document.kept('usage')));
      // With server tools there are several. The last says why the message stopped.
      if (typeof document.kept('stop') === 'string') this.#record.end();
    } else if (document.isUnreadable) {
      this.#offer(document, () => undefined);
    }
    return false;
  }

  done(): void {}

  reading() {
    return this.#record.reading();
  }

  #offer(document: JsonSkim, said: () => unknown): void {
    this.#record.offer(() => {
      mustBeReadable(document);
      this.#said = said();
      return readMessageUsage(this.#said, this.#mayWriteLong);
    });
  }
}
