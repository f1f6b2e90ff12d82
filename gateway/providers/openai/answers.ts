import type { JsonSkim } from '../../../src/text/json-skim.js';
import { array, keep, MEASURE, object, TALLY, type Wish } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, Reading, ReadingTerms } from '../../stream/reading.js';
import { AnswerNotes } from '../answer-notes.js';
import { type Fields, isNamed, MalformedUsage, readTier } from '../counts.js';
import { isAbsent, mustBeReadable, UsageRecord, type Word } from '../usage-record.js';
import { MAX_TOKEN_BYTES } from './max-token.js';
import { readEmbeddingUsage, readTokenUsage } from './usage.js';

export { responseAnswers } from './response-answers.js';

/** What of a message, or of its pieces in a stream, the provider counts as output. */
const OUTPUT_TEXT: Wish = object({
  content: MEASURE,
  refusal: MEASURE,
  // DeepSeek's and vLLM's, and its name elsewhere: the reasoning itself, or less.
  reasoning_content: MEASURE,
  reasoning: MEASURE,
  function_call: object({ arguments: MEASURE }),
  tool_calls: array(
    object({ function: object({ arguments: MEASURE }), custom: object({ input: MEASURE }) }),
  ),
});

/** Where servers put the usage: Moonshot inside the choice, Groq inside a map of its own. */
const USAGES = ['usage', 'choiceUsage', 'groqUsage'] as const;

const BESIDE = {
  usage: keep('usage'),
  service_tier: keep('tier'),
  model: keep('model'),
  x_groq: object({ usage: keep('groqUsage') }),
};

/** @param text what of a choice is put out */
export function plainWish(text: Readonly<Record<string, Wish>>): Wish {
  const choice = object({ ...text, usage: keep('choiceUsage') });
  return object({ ...BESIDE, choices: array(choice) });
}

/** @param text what of a choice is put out in one event */
export function eventWish(text: Readonly<Record<string, Wish>>): Wish {
  const choice = object({ ...text, finish_reason: TALLY, usage: keep('choiceUsage') });
  return object({ ...BESIDE, choices: array(choice), error: keep('error') });
}

/** `POST /v1/chat/completions`, of OpenAI and of those that speak its API. */
export const chatAnswers: AnswerFormat = {
  plainWish: plainWish({ message: OUTPUT_TEXT }),
  eventWish: eventWish({ delta: OUTPUT_TEXT }),
  begin: (terms) => new ChatReader(terms),
};

class ChatReader implements AnswerReader {
  readonly #record: UsageRecord;
  readonly #terms: ReadingTerms;
  readonly #notes = new AnswerNotes();
  #tier: unknown;
  /** What usages said that were not whole: put together they may be. */
  #parts: Fields = {};
  #finished = 0;
  /** Of the event that was read last. */
  #hasUsage = false;

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    this.#terms = terms;
  }

  plain(document: JsonSkim): void {
    this.#take(document);
    this.#record.end();
  }

  /** Some send the usage so far with every chunk: the last is the one behind which nothing comes. */
  event(document: JsonSkim): boolean {
    this.#hasUsage = this.#take(document);
    if (document.tallied.size > 0) this.#finished += finishesIn(document);
    // No more comes of it, whether or not the server says that it is done.
    if (has(document, 'error')) this.#record.end();
    const isUsageOnly = this.#hasUsage && document.elements === 0 && !isAbsent(document, 'usage');
    // One before any output is of the prompt alone: the rest is yet to come.
    if (isUsageOnly && (this.#finished > 0 || this.#record.hasOutput)) this.#record.end();
    return isUsageOnly;
  }

  again(document: JsonSkim): void {
    if (this.#hasUsage) this.event(document);
    else this.#record.saw(document.measuredBytes);
  }

  done(): void {
    this.#record.end();
  }

  /** Many servers send no `[DONE]`. Each choice has said why it stopped. */
  ended(): void {
    if (this.#finished >= (this.#terms.choices ?? 1)) this.#record.end();
  }

  /** On the tier that was named last, wherever that was. */
  reading(): Reading {
    const reading = this.#record.reading();
    if (!('usage' in reading) || !isNamed(this.#tier)) return reading;
    if (reading.usage.tier === this.#tier) return reading;
    return { ...reading, usage: { ...reading.usage, tier: String(this.#tier) } };
  }

  facts() {
    return this.#notes.facts(isNamed(this.#tier) ? [] : ['tier']);
  }

  ids() {
    return this.#notes.ids();
  }

  /** Whether a usage was there. */
  #take(document: JsonSkim): boolean {
    this.#record.saw(document.measuredBytes);
    this.#notes.served(document.kept('model'));
    // The tier stands in each chunk; the last that says one tells with which it was served.
    this.#tier = document.kept('tier') ?? this.#tier;
    const isUnreadable = document.isUnreadable;
    let hasUsage = false;
    for (const name of USAGES) {
      if (!isUnreadable && !has(document, name)) continue;
      hasUsage = true;
      this.#record.offer(() => this.#read(document, name));
    }
    return hasUsage;
  }

  /** @throws {MalformedUsage} */
  #read(document: JsonSkim, name: (typeof USAGES)[number]): Word {
    mustBeReadable(document);
    const value = document.kept(name);
    if (name === 'choiceUsage' && (this.#terms.choices ?? 1) > 1) {
      throw new MalformedUsage('each choice has a usage of its own; expected one of all');
    }
    this.#notes.stated(value, document.keptText(name));
    const beside = { tier: readTier(this.#tier), ignored: this.#terms.ignored };
    const { word, openWrites } = readTokenUsage(value, beside);
    this.#notes.wrote(openWrites);
    if (word.status === 'whole') return word;
    this.#parts = withPart(this.#parts, value as Fields);
    const joined = readTokenUsage(this.#parts, beside).word;
    return joined.status === 'whole' ? joined : word;
  }
}

/** Whether a member is there, and not null. */
function has(document: JsonSkim, name: string): boolean {
  return (document.kept(name) ?? undefined) !== undefined;
}

/** The total of a part is not that of the whole. */
function withPart(parts: Fields, value: Fields): Fields {
  const said = Object.entries(value).filter(
    ([name, count]) => count !== null && name !== 'total_tokens',
  );
  return { ...parts, ...Object.fromEntries(said) };
}

/** Some send an empty reason with every chunk. */
function finishesIn({ tallied }: JsonSkim): number {
  let count = 0;
  for (const [reason, times] of tallied) if (reason !== '') count += times;
  return count;
}

/** `POST /v1/embeddings`: never streamed. The vectors go by unread. */
export const embeddingAnswers: AnswerFormat = {
  plainWish: object({ usage: keep('usage'), model: keep('model'), service_tier: keep('tier') }),
  eventWish: object({}),
  begin: (terms) => new EmbeddingReader(terms),
};

class EmbeddingReader implements AnswerReader {
  readonly #record: UsageRecord;
  readonly #ignored: ReadonlySet<string> | undefined;
  readonly #notes = new AnswerNotes();
  #tier: unknown;

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    this.#ignored = terms.ignored;
  }

  plain(document: JsonSkim): void {
    this.#notes.served(document.kept('model'));
    this.#tier = document.kept('tier');
    if (isAbsent(document, 'usage')) return;
    this.#record.offer(() => {
      mustBeReadable(document);
      const value = document.kept('usage');
      this.#notes.stated(value, document.keptText('usage'));
      const beside = { tier: readTier(this.#tier), ignored: this.#ignored };
      const { word, openWrites } = readEmbeddingUsage(value, beside);
      this.#notes.wrote(openWrites);
      return word;
    });
    this.#record.end();
  }

  event(): boolean {
    return false;
  }

  again(): void {}

  done(): void {}

  ended(): void {}

  reading() {
    return this.#record.reading();
  }

  facts() {
    return this.#notes.facts(isNamed(this.#tier) ? [] : ['tier']);
  }

  ids() {
    return this.#notes.ids();
  }
}
