import { NO_USAGE } from '../../../src/pricing/usage.js';
import type { JsonSkim } from '../../../src/text/json-skim.js';
import { keep, object } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, ReadingTerms } from '../../stream/reading.js';
import { AnswerNotes } from '../answer-notes.js';
import {
  MalformedUsage,
  readCount,
  readCountOr,
  readFields,
  readFieldsOr,
  subtract,
} from '../counts.js';
import { isAbsent, mustBeReadable, UsageRecord, type Word } from '../usage-record.js';

/** No text is measured, since none is put out; the prompt's tokens have the length of others. */
const MAX_TOKEN_BYTES = 128;

/**
 * `POST /v1/images/generations`, by models that are billed by their tokens. The images go by unread. In
 * a stream the usage stands in the event of the finished image.
 */
export const imageAnswers: AnswerFormat = {
  plainWish: object({ usage: keep('usage'), model: keep('model') }),
  eventWish: object({ type: keep('type'), usage: keep('usage'), model: keep('model') }),
  begin: (terms) => new ImageReader(terms),
};

class ImageReader implements AnswerReader {
  readonly #record: UsageRecord;
  readonly #notes = new AnswerNotes();

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
  }

  plain(document: JsonSkim): void {
    this.#notes.served(document.kept('model'));
    if (isAbsent(document, 'usage')) return;
    this.#record.offer(() => {
      mustBeReadable(document);
      return readImageUsage(document.kept('usage'));
    });
    this.#record.end();
  }

  event(document: JsonSkim): boolean {
    const isWhole = document.kept('type') === 'image_generation.completed';
    if (isWhole || document.isUnreadable) this.plain(document);
    return false;
  }

  done(): void {}

  ended(): void {}

  reading() {
    return this.#record.reading();
  }

  /** No tier is named; the one that the request allows is the only one. */
  facts() {
    return this.#notes.facts([]);
  }

  ids() {
    return this.#notes.ids();
  }
}

/**
 * OpenAI API reference, `ImagesResponse.Usage`. Text that a model puts out beside its image costs as
 * the image does here, which is dearer. Images that come in have a price of their own, and none here.
 * @throws {MalformedUsage}
 */
function readImageUsage(value: unknown): Word {
  const usage = readFields(value, 'usage');
  const details = readFieldsOr(usage['input_tokens_details'], 'input_tokens_details');
  const images = readCountOr(details, 'image_tokens') ?? 0;
  if (images > 0)
    throw new MalformedUsage(`image_tokens is ${images}, which has no price of its own`);
  const input = readCount(usage, 'input_tokens');
  const output = readCount(usage, 'output_tokens');
  const cachedInput = readCountOr(details, 'cached_tokens') ?? 0;
  const total = readCountOr(usage, 'total_tokens') ?? 0;
  return {
    status: 'whole',
    usage: {
      ...NO_USAGE,
      input: subtract(input, cachedInput, 'input tokens'),
      cachedInput,
      // What the total has beyond its parts is not named: it counts as what is dearer.
      output: output + Math.max(0, total - input - output),
    },
  };
}
