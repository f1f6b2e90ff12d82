import { boundImage } from '../../src/pricing/bound/images.js';
import { boundJson, boundString } from '../../src/pricing/bound/json.js';
import { boundText } from '../../src/pricing/bound/text.js';
import { Problem } from '../api/problem.js';
import { tooMuchJson } from '../json-limits.js';
import type { ModelRequest, RequestRules } from './request.js';
import { countWithin } from './tokenizers.js';

/** What a request was found to ask for so far, while its fields are read one by one. */
export class Draft {
  readonly model: string;
  readonly rules: RequestRules;
  tokens: number;
  readonly outgrows: string[] = [];
  /** Of the output, each by where it stands. */
  readonly limits: { readonly path: string; readonly tokens: number }[] = [];
  readonly serverTools: Record<string, number> = {};
  choices = 1;
  rounds = 1;
  extraOutputTokens = 0;
  cacheWrites: ModelRequest['cacheWrites'];
  tiers: readonly string[];
  stream = false;
  asksUsage = false;
  textBytes = 0;
  mayShrink = false;
  isStored = false;
  #hasTools = false;
  readonly #count: ((text: string) => number | undefined) | undefined;

  constructor(model: string, rules: RequestRules, cacheWrites: ModelRequest['cacheWrites']) {
    this.model = model;
    this.rules = rules;
    this.tiers = rules.tiers;
    this.cacheWrites = cacheWrites;
    this.tokens = rules.overhead.request;
    const tokenizer = rules.tokenizers?.find(model);
    this.#count = tokenizer && countWithin(tokenizer);
  }

  /** A message, or a part of one, whose content is counted by itself. */
  countMessage(): void {
    this.tokens += this.rules.overhead.message;
  }

  countText(text: string): void {
    this.tokens += this.#count?.(text) ?? boundText(text);
  }

  /** Text that some templates put into the prompt as a JSON string: what a tool answered. */
  countQuoted(text: string): void {
    this.tokens += boundString(text);
  }

  /** As it stands inside a list of an object, which templates write with as much indentation. */
  countJson(value: unknown): void {
    this.tokens += boundJson(value, 2);
  }

  /** JSON in a string, as OpenAI has the arguments of a call: some templates parse and rewrite it. @throws {Problem} */
  countArguments(path: string, text: string): void {
    this.tokens += Math.max(boundString(text), boundParsed(path, text));
  }

  /** A tool or a schema, whose JSON is counted by itself. @param extra what it adds unseen */
  countTool(extra = 0): void {
    const { tools, tool } = this.rules.overhead;
    if (!this.#hasTools) this.tokens += tools;
    this.#hasTools = true;
    this.tokens += tool + extra;
  }

  /** @throws {Problem} `price_unknown` */
  countImage(path: string, detail?: unknown): void {
    const tokens = this.rules.imageTokens ?? boundImage(this.model, detail);
    if (tokens === undefined) {
      throw unpriced(path, 'an image, for which no rule of this model (or of its detail) is known');
    }
    this.tokens += tokens;
  }

  /** The input can be more than what stands in the request. @throws {Problem} `price_unknown` */
  outgrow(path: string): void {
    if (this.rules.outgrowing === 'refused') {
      throw unpriced(path, 'input that is not in the request, which this gateway does not take');
    }
    this.outgrows.push(path);
  }

  /** Tools on the provider's side: after each run the model reads everything again. */
  countRuns(path: string, runs: number): void {
    this.rounds += runs;
    this.outgrow(path);
  }

  /** At the longer of two lives, if both are asked for. */
  writeCache(kind: 'short' | 'long'): void {
    if (this.cacheWrites !== 'long') this.cacheWrites = kind;
  }
}

const utf8 = new TextEncoder();

function boundParsed(path: string, text: string): number {
  if (!/^\s*[[{]/.test(text)) return 0;
  // What stands in the body's strings was not looked at yet.
  const tooMuch = tooMuchJson(utf8.encode(text));
  if (tooMuch !== undefined) throw mistaken(path, `JSON ${tooMuch}`, 'less');
  try {
    return boundJson(JSON.parse(text));
  } catch {
    // Not JSON, so that no template can take it apart.
    return 0;
  }
}

/** A call whose cost is not known, or not bounded: 422. @param found what the field is */
export function unpriced(path: string, found: string): Problem {
  return new Problem('price_unknown', { message: `${path}: ${found}.`, param: path });
}

/** A field that is not as it must be: 400. */
export function mistaken(path: string, found: string, expected: string): Problem {
  return new Problem('invalid_request', {
    message: `${path}: found ${found}; expected ${expected}.`,
    param: path,
  });
}
