import type { Micros } from '../../src/money/units.js';
import type { AnswerFacts, TierPart } from '../stream/reading.js';
import type { Fields } from './counts.js';
import { readStatedUsd } from './stated-cost.js';

/** Failing over in the midst of a stream would name a second one. */
const MAX_MODELS = 8;
/** As long as the name that a request may have. */
const MAX_NAME = 256;
/** As many ids as are worth remembering of one answer, and how long one is at the most. */
const MAX_IDS = 64;
const ID = /^[\x21-\x7e]{1,128}$/;

const NO_IDS: readonly string[] = [];

/** What one answer has said so far beside its counts. */
export class AnswerNotes {
  #models: string[] | undefined;
  #lastModel: unknown;
  #statedUsd: Micros | undefined;
  #openWrites = 0;
  #ownId: string | undefined;
  /** What later requests name most, and the rest. */
  #ids: Set<string> | undefined;
  #otherIds: Set<string> | undefined;

  /** The name of the model that served, if it is one. */
  served(model: unknown): void {
    // Event after event it is the same one.
    if (model === this.#lastModel) return;
    this.#lastModel = model;
    if (typeof model !== 'string' || model === '' || model.length > MAX_NAME) return;
    this.#models ??= [];
    if (this.#models.length < MAX_MODELS && !this.#models.includes(model)) this.#models.push(model);
  }

  /**
   * What the usage says of its cost. Of several, the highest counts.
   * @throws {MalformedUsage} for more than any budget holds
   */
  stated(usage: unknown, text: string | undefined): void {
    if (typeof usage !== 'object' || usage === null) return;
    const micros = readStatedUsd(usage as Fields, text);
    if (micros !== undefined) this.#statedUsd = Math.max(micros, this.#statedUsd ?? 0);
  }

  /** So many tokens were written to a cache for nobody knows how long. */
  wrote(tokens: number): void {
    this.#openWrites = Math.max(tokens, this.#openWrites);
  }

  /** The provider keeps the answer under this id. */
  keptWhole(id: unknown): void {
    if (typeof id === 'string' && ID.test(id)) this.#ownId = id;
  }

  /** And an item of it without which nobody goes on, under this id. */
  keptAs(id: unknown): void {
    if (typeof id !== 'string' || !ID.test(id)) return;
    this.#ids ??= new Set();
    if (this.#ids.size < MAX_IDS) this.#ids.add(id);
  }

  /** And any other item, as long as there is room. */
  keptItem(id: unknown): void {
    if (typeof id !== 'string' || !ID.test(id)) return;
    this.#otherIds ??= new Set();
    if (this.#otherIds.size < MAX_IDS) this.#otherIds.add(id);
  }

  /** The answer's own first. */
  ids(): readonly string[] {
    const own = this.#ownId === undefined ? NO_IDS : [this.#ownId];
    if (this.#ids === undefined && this.#otherIds === undefined) return own;
    const all = new Set([...own, ...(this.#ids ?? []), ...(this.#otherIds ?? [])]);
    return [...all].slice(0, MAX_IDS);
  }

  facts(openTier: readonly TierPart[]): AnswerFacts {
    return {
      models: this.#models ?? NO_IDS,
      statedUsd: this.#statedUsd,
      openTier,
      openWrites: this.#openWrites,
    };
  }
}
