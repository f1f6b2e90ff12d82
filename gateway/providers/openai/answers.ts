import type { JsonSkim } from '../../../src/text/json-skim.js';
import { array, keep, MEASURE, object, TALLY, type Wish } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, ReadingTerms } from '../../stream/reading.js';
import { isAbsent, mustBeReadable, UsageRecord } from '../usage-record.js';
import { readChatUsage, readEmbeddingUsage, readResponseUsage } from './usage.js';

/** o200k and cl100k, and Llama 3's after them, have a token of 128 spaces, and none longer. */
const MAX_TOKEN_BYTES = 128;

/** What of a message, or of its pieces in a stream, the provider counts as output. */
const OUTPUT_TEXT: Wish = object({
  content: MEASURE,
  refusal: MEASURE,
  // DeepSeek's and vLLM's: the reasoning itself, not a summary of it.
  reasoning_content: MEASURE,
  tool_calls: array(object({ function: object({ arguments: MEASURE }) })),
});

function chatWish(output: 'message' | 'delta'): Wish {
  return object({
    usage: keep('usage'),
    service_tier: keep('tier'),
    choices: array(object({ [output]: OUTPUT_TEXT })),
  });
}

/** `POST /v1/chat/completions`, of OpenAI and of those that speak its API. */
export const chatAnswers: AnswerFormat = {
  plainWish: chatWish('message'),
  eventWish: chatWish('delta'),
  begin: (terms) => new ChatReader(terms),
};

class ChatReader implements AnswerReader {
  readonly #record: UsageRecord;
  #tier: unknown;

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
  }

  plain(document: JsonSkim): void {
    this.#take(document);
    this.#record.end();
  }

  /** Some send the usage so far with every chunk: the last is the one behind which nothing comes. */
  event(document: JsonSkim): boolean {
    this.#take(document);
    const isUsageOnly = !isAbsent(document, 'usage') && document.elements === 0;
    if (isUsageOnly) this.#record.end();
    return isUsageOnly;
  }

  done(): void {
    this.#record.end();
  }

  reading() {
    return this.#record.reading();
  }

  #take(document: JsonSkim): void {
    this.#record.saw(document.measuredBytes);
    // The tier stands in each chunk; the last that says one tells with which it was served.
    this.#tier = document.kept('tier') ?? this.#tier;
    if (isAbsent(document, 'usage')) return;
    this.#record.offer(() => {
      mustBeReadable(document);
      return readChatUsage(document.kept('usage'), this.#tier);
    });
  }
}

const RESPONSE = {
  usage: keep('usage'),
  service_tier: keep('tier'),
  output: array(
    object({
      type: TALLY,
      arguments: MEASURE,
      input: MEASURE,
      content: array(object({ text: MEASURE, refusal: MEASURE })),
    }),
  ),
};

/** `POST /v1/responses`. */
export const responseAnswers: AnswerFormat = {
  plainWish: object(RESPONSE),
  eventWish: object({ type: keep('type'), delta: MEASURE, response: object(RESPONSE) }),
  begin: (terms) => new ResponseReader(terms),
};

/** Whose `response` is the finished one; before them it is there, too, without usage. */
const LAST_EVENTS: readonly unknown[] = [
  'response.completed',
  'response.incomplete',
  'response.failed',
];

/** Deltas of text that was put out. Not those of summaries, sound, or code run elsewhere. */
const OUTPUT_DELTAS: readonly unknown[] = [
  'response.output_text.delta',
  'response.refusal.delta',
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
];

class ResponseReader implements AnswerReader {
  readonly #record: UsageRecord;

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
  }

  plain(document: JsonSkim): void {
    this.#record.saw(document.measuredBytes);
    this.#end(document);
  }

  event(document: JsonSkim): boolean {
    const type = document.kept('type');
    if (OUTPUT_DELTAS.includes(type)) this.#record.saw(document.measuredBytes);
    if (document.isUnreadable || LAST_EVENTS.includes(type)) this.#end(document);
    return false;
  }

  /** The stream ends without it. */
  done(): void {}

  reading() {
    return this.#record.reading();
  }

  #end(document: JsonSkim): void {
    // A response that failed early has none.
    if (isAbsent(document, 'usage')) return;
    this.#record.offer(() => {
      mustBeReadable(document);
      return readResponseUsage(document.kept('usage'), document.kept('tier'), document.tallied);
    });
    this.#record.end();
  }
}

/** `POST /v1/embeddings`: never streamed. The vectors go by unread. */
export const embeddingAnswers: AnswerFormat = {
  plainWish: object({ usage: keep('usage') }),
  eventWish: object({}),
  begin: (terms) => {
    const record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    return {
      plain: (document) => {
        if (isAbsent(document, 'usage')) return;
        record.offer(() => {
          mustBeReadable(document);
          return readEmbeddingUsage(document.kept('usage'));
        });
        record.end();
      },
      event: () => false,
      done: () => {},
      reading: () => record.reading(),
    };
  },
};
