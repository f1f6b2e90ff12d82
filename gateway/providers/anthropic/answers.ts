import { NO_USAGE } from '../../../src/pricing/usage.js';
import type { JsonSkim } from '../../../src/text/json-skim.js';
import { array, keep, MEASURE, object } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, Reading, ReadingTerms } from '../../stream/reading.js';
import { AnswerNotes } from '../answer-notes.js';
import type { Fields } from '../counts.js';
import { isAbsent, mustBeReadable, UsageRecord, type Word } from '../usage-record.js';
import { isUnbilledRefusal } from './refusals.js';
import { openTierOf, readMessageUsage, replaceCounts } from './usage.js';

/** The tokenizer that Anthropic published has a token of 1,024 spaces, and none longer. */
const MAX_TOKEN_BYTES = 1024;

const STOP = {
  stop_reason: keep('stop'),
  stop_details: object({ category: keep('category') }),
};

/**
 * `POST /v1/messages`. Thinking is not measured: what is shown of it can be a summary, which is
 * not what is billed.
 */
export const messageAnswers: AnswerFormat = {
  plainWish: object({
    ...STOP,
    id: keep('id'),
    model: keep('model'),
    usage: keep('usage'),
    content: array(object({ text: MEASURE })),
  }),
  eventWish: object({
    type: keep('type'),
    message: object({ id: keep('id'), model: keep('model'), usage: keep('start') }),
    delta: object({ ...STOP, text: MEASURE, partial_json: MEASURE }),
    usage: keep('usage'),
  }),
  begin: (terms) => new MessageReader(terms),
};

class MessageReader implements AnswerReader {
  readonly #record: UsageRecord;
  readonly #terms: ReadingTerms;
  readonly #notes = new AnswerNotes();
  /** What was said so far, each count as it was said last. */
  #said: Fields = {};
  /** A usage behind that of the beginning, which knows nothing of the output. */
  #hasLater = false;
  #hasContent = false;
  #isFree = false;

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    this.#terms = terms;
  }

  plain(document: JsonSkim): void {
    this.#record.saw(document.measuredBytes);
    this.#notes.served(document.kept('model'));
    this.#notes.keptWhole(document.kept('id'));
    this.#hasContent = document.elements > 0;
    if (!isAbsent(document, 'usage')) this.#offer(document, 'usage');
    this.#stop(document);
  }

  event(document: JsonSkim): boolean {
    this.#record.saw(document.measuredBytes);
    const type = document.kept('type');
    if (type === 'content_block_delta' || type === 'content_block_start') this.#hasContent = true;
    else if (type === 'message_start') {
      this.#notes.served(document.kept('model'));
      this.#notes.keptWhole(document.kept('id'));
      if (!isAbsent(document, 'start')) this.#offer(document, 'start');
    } else if (type === 'message_delta') {
      if (!isAbsent(document, 'usage')) {
        this.#hasLater = true;
        this.#offer(document, 'usage');
      }
      // With server tools there are several. The last says why the message stopped.
      if (typeof document.kept('stop') === 'string') this.#stop(document);
    } else if (type === 'error') {
      if (this.#hasLater) this.#record.end();
    } else if (document.isUnreadable) {
      this.#offer(document, 'usage');
    }
    return false;
  }

  /** Of a usage there is never but one with a text beside it. */
  again(document: JsonSkim): void {
    if (document.kept('type') === 'content_block_delta') this.#record.saw(document.measuredBytes);
    else this.event(document);
  }

  done(): void {}

  ended(): void {}

  reading(): Reading {
    return this.#isFree ? { status: 'read', usage: NO_USAGE } : this.#record.reading();
  }

  facts() {
    return this.#notes.facts(openTierOf(this.#said));
  }

  ids() {
    return this.#notes.ids();
  }

  #stop(document: JsonSkim): void {
    this.#record.end();
    if (document.isUnreadable || this.#hasContent) return;
    const stop = { reason: document.kept('stop'), category: document.kept('category') };
    this.#isFree = isUnbilledRefusal(stop, this.#said);
  }

  #offer(document: JsonSkim, name: 'start' | 'usage'): void {
    this.#record.offer((): Word => {
      mustBeReadable(document);
      const value = document.kept(name);
      this.#notes.stated(value, document.keptText(name));
      this.#said = replaceCounts(this.#said, value);
      return readMessageUsage(this.#said, this.#terms);
    });
  }
}
