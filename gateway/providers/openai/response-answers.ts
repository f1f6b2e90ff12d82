import type { JsonSkim } from '../../../src/text/json-skim.js';
import { array, keep, MEASURE, object, slot, table } from '../../../src/text/json-wish.js';
import type { AnswerFormat, AnswerReader, ReadingTerms } from '../../stream/reading.js';
import { AnswerNotes } from '../answer-notes.js';
import { isNamed, MalformedUsage, type Runs, readTier } from '../counts.js';
import { largerRuns } from '../merge-usage.js';
import { isAbsent, mustBeReadable, UsageRecord, type Word } from '../usage-record.js';
import { countRuns, runOf, StreamedItems } from './item-runs.js';
import { MAX_TOKEN_BYTES } from './max-token.js';
import { readTokenUsage } from './usage.js';

/** Places in the row of an item. */
const TYPE = 0;
const ID = 1;
const ACTION = 2;
const ENVIRONMENT = 3;

const RESPONSE = {
  id: keep('responseId'),
  model: keep('model'),
  usage: keep('usage'),
  service_tier: keep('tier'),
  output: table(
    object({
      type: slot(TYPE),
      id: slot(ID),
      action: object({ type: slot(ACTION) }),
      environment: object({ type: slot(ENVIRONMENT) }),
      arguments: MEASURE,
      input: MEASURE,
      content: array(object({ text: MEASURE, refusal: MEASURE })),
    }),
  ),
};

const STREAMED_ITEM = object({
  type: keep('itemType'),
  id: keep('itemId'),
  action: object({ type: keep('itemAction') }),
  environment: object({ type: keep('itemEnvironment') }),
});

/** `POST /v1/responses`. */
export const responseAnswers: AnswerFormat = {
  plainWish: object(RESPONSE),
  eventWish: object({
    type: keep('type'),
    delta: MEASURE,
    output_index: keep('index'),
    item: STREAMED_ITEM,
    response: object(RESPONSE),
  }),
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

/** What a later request names in the place of its content, whatever client made it. */
function isKept(type: unknown): boolean {
  return type === 'reasoning' || (typeof type === 'string' && type.includes('compaction'));
}

class ResponseReader implements AnswerReader {
  readonly #record: UsageRecord;
  readonly #terms: ReadingTerms;
  readonly #notes = new AnswerNotes();
  readonly #streamed = new StreamedItems();
  #tier: unknown;

  constructor(terms: ReadingTerms) {
    this.#record = new UsageRecord(terms, MAX_TOKEN_BYTES);
    this.#terms = terms;
  }

  plain(document: JsonSkim): void {
    this.#record.saw(document.measuredBytes);
    this.#noteResponse(document);
    this.#end(document);
  }

  event(document: JsonSkim): boolean {
    const type = document.kept('type');
    if (OUTPUT_DELTAS.includes(type)) this.#record.saw(document.measuredBytes);
    this.#noteResponse(document);
    if (type === 'response.output_item.done') this.#noteItem(document);
    if (document.isUnreadable || LAST_EVENTS.includes(type)) this.#end(document);
    return false;
  }

  again(document: JsonSkim): void {
    this.event(document);
  }

  /** The stream ends without it. */
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

  #noteResponse(document: JsonSkim): void {
    this.#notes.keptWhole(document.kept('responseId'));
    this.#notes.served(document.kept('model'));
    for (const row of document.rows) this.#noteId(row[TYPE], row[ID]);
  }

  #noteId(type: unknown, id: unknown): void {
    if (isKept(type)) this.#notes.keptAs(id);
    else this.#notes.keptItem(id);
  }

  /** When an item is added, it may not say yet what it does. */
  #noteItem(document: JsonSkim): void {
    const type = document.kept('itemType');
    const id = document.kept('itemId');
    this.#noteId(type, id);
    if (typeof type !== 'string') return;
    const key = typeof id === 'string' ? id : `#${String(document.kept('index'))}`;
    const item = {
      type,
      action: textOr(document.kept('itemAction')),
      environment: textOr(document.kept('itemEnvironment')),
    };
    this.#streamed.note(key, runOf(item, this.#terms.serverTools ?? {}));
  }

  #end(document: JsonSkim): void {
    // A response that failed early has none.
    if (isAbsent(document, 'usage')) return;
    this.#record.offer(() => this.#read(document));
    this.#record.end();
  }

  /** @throws {MalformedUsage} */
  #read(document: JsonSkim): Word {
    mustBeReadable(document);
    if (this.#streamed.isOverfull) throw new MalformedUsage('more items than are told apart');
    const value = document.kept('usage');
    this.#notes.stated(value, document.keptText('usage'));
    this.#tier = document.kept('tier');
    const { word, openWrites } = readTokenUsage(value, {
      tier: readTier(this.#tier),
      runs: largerRuns(this.#streamed.runs(), this.#listed(document)),
      ignored: this.#terms.ignored,
    });
    this.#notes.wrote(openWrites);
    return word;
  }

  #listed({ rows }: JsonSkim): Runs {
    const hosted = this.#terms.serverTools ?? {};
    const runs = rows.map((row) =>
      runOf({ type: row[TYPE] ?? '', action: row[ACTION], environment: row[ENVIRONMENT] }, hosted),
    );
    return countRuns(runs);
  }
}

function textOr(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
