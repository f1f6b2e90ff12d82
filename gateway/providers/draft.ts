import { readImageSize } from '../../src/pricing/bound/image-size.js';
import { boundImage } from '../../src/pricing/bound/images.js';
import { boundJson, boundString } from '../../src/pricing/bound/json.js';
import { boundText } from '../../src/pricing/bound/text.js';
import { Problem, type ProblemDetails } from '../api/problem.js';
import { tooMuchJson } from '../json-limits.js';
import { mistaken, Problems, unpriced } from './problems.js';
import type { BodyWrite, ModelRequest, RecalledTokens, RequestRules } from './request.js';
import { countWithin } from './tokenizers.js';

/** As many names as the gateways tell each other of one call. */
const MOST_UNKNOWN = 64;
/** Far more than any client has: tools whose runs this gateway is to limit, and what comes from outside the request. */
const MOST_WRITES = 64;
const MOST_OUTGROWING = 64;
/** As many as 64 tools with 1,024 runs each, the most that one may have. */
const MOST_ROUNDS = 65_536;

/** What a request was found to ask for so far, while its fields are read one by one. */
export class Draft {
  readonly model: string;
  readonly rules: RequestRules;
  readonly problems = new Problems();
  tokens: number;
  readonly outgrows: string[] = [];
  /** Of what the provider keeps and this gateway saw being made. */
  contextTokens = 0;
  contextFrom: string | undefined;
  /** Of the output, each by where it stands. */
  readonly limits: { readonly path: string; readonly tokens: number }[] = [];
  readonly serverTools: Record<string, number> = {};
  /** The most tokens that one run of a tool brings, where the request itself says so. */
  readonly runTokens: Record<string, number> = {};
  /** Where a limit is to be written in: the caller stated none. */
  readonly writes: BodyWrite[] = [];
  choices = 1;
  rounds = 1;
  /** Calls of the model beside the one that answers: to compact what came before. */
  compactions = 0;
  extraOutputTokens = 0;
  /** Of output that the limit may not hold: Anthropic's `thinking.budget_tokens`. */
  thinkingTokens = 0;
  cacheWrites: ModelRequest['cacheWrites'];
  tiers: readonly string[];
  stream = false;
  asksUsage = false;
  /** The window is a million tokens, whatever the price list says of the model. */
  isLongContext = false;
  textBytes = 0;
  mayShrink = false;
  echoes: true | undefined;
  isStored = false;
  /** Tools on the provider's side that stand in the input, which the provider can keep. */
  readonly hostedInInput: string[] = [];
  readonly #unknown = new Set<string>();
  #hasTools = false;
  readonly #count: ((text: string) => number | undefined) | undefined;
  readonly #recalled: RecalledTokens;

  constructor(
    model: string,
    rules: RequestRules,
    cacheWrites: ModelRequest['cacheWrites'],
    recalled: RecalledTokens,
  ) {
    this.model = model;
    this.rules = rules;
    this.tiers = rules.tiers;
    this.cacheWrites = cacheWrites;
    this.tokens = rules.overhead.request;
    this.#recalled = recalled;
    const tokenizer = rules.tokenizers?.find(model);
    this.#count = tokenizer && countWithin(tokenizer);
  }

  get unknown(): readonly string[] {
    return [...this.#unknown];
  }

  /**
   * A name that is on no list, with the places in lists left out.
   * @throws {Problem} for more of them than any client has
   */
  noteUnknown(name: string): void {
    this.#unknown.add(name.slice(0, 128));
    if (this.#unknown.size <= MOST_UNKNOWN) return;
    this.#unknown.delete(name.slice(0, 128));
    throw mistaken(name, `more than ${MOST_UNKNOWN} names on no list`, 'fewer');
  }

  /** A message, or a part of one, whose content is counted by itself. */
  countMessage(): void {
    this.tokens += this.rules.overhead.message;
  }

  countText(text: string): void {
    this.tokens += this.#count?.(text) ?? boundText(text);
  }

  /** The same of what is in the prompt for certain: the provider must count some tokens for it. */
  countSaid(text: string): void {
    this.textBytes += text.length;
    this.countText(text);
  }

  /** Text that some templates put into the prompt as a JSON string: what a tool answered. */
  countQuoted(text: string): void {
    this.textBytes += text.length;
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

  /**
   * @param source the image, if it is in the request: base64, or a `data:` URL
   * @throws {Problem} `price_unknown`
   */
  countImage(path: string, detail?: unknown, source?: unknown): void {
    const tokens = this.rules.imageTokens ?? boundImage(this.model, detail, readImageSize(source));
    if (tokens === undefined) {
      throw unpriced(
        path,
        'an image, for which no rule of this model (or of its detail) is known; the operator can ' +
          'set requests.imageTokens, the most tokens of an image',
      );
    }
    this.tokens += tokens;
  }

  /** The input can be more than what stands in the request. @throws {Problem} `price_unknown` */
  outgrow(path: string): void {
    if (this.rules.outgrowing === 'refused') {
      throw unpriced(path, 'input that is not in the request, which this gateway does not take');
    }
    if (this.outgrows.length < MOST_OUTGROWING) this.outgrows.push(path);
  }

  /**
   * The same where nothing but what this gateway saw will do.
   * @throws {Problem} `stored_unknown`
   */
  referToKnown(path: string, id: unknown, details: Pick<ProblemDetails, 'anthropicDetails'>): void {
    if (typeof id === 'string' && typeof this.#recalled.get(id) === 'number') this.refer(path, id);
    else throw new Problem('stored_unknown', { param: path, ...details });
  }

  /** The same where what another account made is refused. @throws {Problem} */
  referToOwn(path: string, id: unknown): void {
    if (typeof id === 'string' && this.#recalled.get(id) === 'foreign') {
      throw new Problem('stored_unknown', { param: path });
    }
    this.refer(path, id);
  }

  /**
   * What the provider keeps under an id: as much as the gateway saw of it, else whatever the model
   * can take in.
   * @throws {Problem} `price_unknown`
   */
  refer(path: string, id: unknown): void {
    const tokens = typeof id === 'string' ? this.#recalled.get(id) : undefined;
    if (tokens === undefined || tokens === 'foreign') {
      this.outgrow(path);
      return;
    }
    this.contextTokens += tokens + this.rules.overhead.message;
    this.contextFrom ??= path;
  }

  /** Where the caller stated no limit. @throws {Problem} for more of them than any client has */
  write(path: string, write: BodyWrite): void {
    if (this.writes.length === MOST_WRITES) {
      throw mistaken(path, `more than ${MOST_WRITES} tools without a limit of their runs`, 'fewer');
    }
    this.writes.push(write);
  }

  /** Runs of tools on the provider's side: after each, the model reads everything again. @throws {Problem} */
  addRounds(path: string, runs: number): void {
    if (this.rules.outgrowing === 'refused') {
      throw unpriced(path, 'a tool that brings in more than is in the request');
    }
    if (this.rounds + runs > MOST_ROUNDS) {
      throw mistaken(path, `more than ${MOST_ROUNDS} runs of tools together`, 'fewer');
    }
    this.rounds += runs;
  }

  /** At the longer of two lives, if both are asked for. */
  writeCache(kind: 'short' | 'long'): void {
    if (this.cacheWrites !== 'long') this.cacheWrites = kind;
  }

  /** A mark by which a prefix is cached: five minutes, or an hour where it says so. */
  writeCacheBy(mark: unknown): void {
    const ttl = (mark as { readonly ttl?: unknown } | null)?.ttl ?? '5m';
    this.writeCache(ttl === '5m' ? 'short' : 'long');
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
