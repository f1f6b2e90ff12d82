import { NO_USAGE } from '../../../src/pricing/usage.js';
import type { JsonSkim } from '../../../src/text/json-skim.js';
import { keep, object } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, ReadingTerms } from '../../stream/reading.js';
import { AnswerNotes } from '../answer-notes.js';
import { MalformedUsage, NO_RUNS, readFields, subtract } from '../counts.js';
import { gatherCounts, known } from '../gather.js';
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
  readonly #ignored: ReadonlySet<string> | undefined;
  readonly #notes = new AnswerNotes();

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    this.#ignored = terms.ignored;
  }

  plain(document: JsonSkim): void {
    this.#notes.served(document.kept('model'));
    if (isAbsent(document, 'usage')) return;
    this.#record.offer(() => {
      mustBeReadable(document);
      const value = document.kept('usage');
      this.#notes.stated(value, document.keptText('usage'));
      return readImageUsage(value, this.#ignored);
    });
    this.#record.end();
  }

  event(document: JsonSkim): boolean {
    const isWhole = document.kept('type') === 'image_generation.completed';
    if (isWhole || document.isUnreadable) this.plain(document);
    return false;
  }

  again(document: JsonSkim): void {
    this.event(document);
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

const IMAGES = known({
  input_tokens: 'input',
  // Images that come in have a price of their own, and none here.
  input_tokens_details: known({
    text_tokens: 'unbilled',
    cached_tokens: 'cached',
    cached_tokens_details: known({ text_tokens: 'unbilled' }),
  }),
  output_tokens: 'output',
  // Text that a model puts out beside its image costs as the image does here, which is dearer.
  output_tokens_details: known({ text_tokens: 'unbilled', image_tokens: 'unbilled' }),
  total_tokens: 'total',
  cost: 'unbilled',
  total_cost: 'unbilled',
  estimated_cost: 'unbilled',
  cost_in_usd_ticks: 'unbilled',
});

/** OpenAI API reference, `ImagesResponse.Usage`. @throws {MalformedUsage} */
function readImageUsage(value: unknown, ignored: ReadonlySet<string> | undefined): Word {
  const counts = gatherCounts(readFields(value, 'usage'), IMAGES, ignored);
  const { input, output, cached = 0, total = 0 } = counts;
  if (input === undefined || output === undefined) {
    throw new MalformedUsage('input_tokens or output_tokens is absent; expected both');
  }
  return {
    status: 'whole',
    usage: {
      input: subtract(input, cached, 'input tokens'),
      cachedInput: cached,
      cacheWrite: 0,
      cacheWriteLong: 0,
      // What the total has beyond its parts is not named: it counts as what is dearer.
      output: output + Math.max(0, total - input - output),
      reasoning: 0,
      serverTools: NO_RUNS,
      tier: NO_USAGE.tier,
    },
  };
}
