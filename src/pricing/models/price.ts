/**
 * Pico-dollars (10^-12 USD) for one token, image, request or run: a whole number below 2^53. One
 * USD per million tokens is 1,000,000 of them a token.
 */
export type Picos = number;

/** What one token of each kind costs. A kind without a figure is unknown, which is not zero. */
interface TokenFigures {
  readonly input?: Picos | undefined;
  readonly cachedInput?: Picos | undefined;
  readonly cacheWrite?: Picos | undefined;
  readonly cacheWriteLong?: Picos | undefined;
  readonly output?: Picos | undefined;
  /** Without a figure of its own, reasoning costs what output costs. */
  readonly reasoning?: Picos | undefined;
}

/** The figures of a call by the length of its input: they hold for the whole call. */
export interface Band extends TokenFigures {
  /** For calls with more input than this, of all kinds together; 0 for the shortest ones. */
  readonly aboveInputTokens: number;
}

/** Where a figure was read, and when. */
export interface Origin {
  readonly source: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/** What a call costs on one service tier. */
export interface Rates {
  /** At least one, from 0 upwards. */
  readonly bands: readonly [Band, ...Band[]];
  /** For images that the provider bills by the piece, and not as tokens. */
  readonly perImage: Picos | undefined;
  /** For text that the provider bills by its length: one character. */
  readonly perCharacter?: Picos | undefined;
  /** For every call; without a figure there is no such part. */
  readonly perRequest: Picos | undefined;
  readonly origin: Origin;
}

export interface ToolRate {
  readonly picosPerRun: Picos;
  /** The most tokens that one run brings into the input; undefined where nobody says. */
  readonly tokensPerRun?: number | undefined;
  /** Of `tokensPerRun`. */
  readonly tokensOrigin?: Origin | undefined;
  readonly origin: Origin;
}

/** One line of the price list. Immutable: a call is settled by the very object that held it. */
export interface ModelPrice {
  /** As the list has it: a name, or a prefix that ends in `*`. */
  readonly pattern: string;
  /** By the tier's name. `default` is always there; a tier that is not there has no price. */
  readonly tiers: ReadonlyMap<string, Rates>;
  /** By the provider's name for the tool. */
  readonly serverTools: ReadonlyMap<string, ToolRate>;
  /** Tokens, input and output together. */
  readonly contextWindow: number | undefined;
  /** Tokens of one choice, reasoning included. */
  readonly maxOutput: number | undefined;
  /** Whether the model reasons before it answers, which counts as output. */
  readonly reasons?: boolean;
  /** Tokens of output that are granted where a caller states no limit; undefined: the gateway's. */
  readonly defaultOutput?: number | undefined;
  readonly origin: Origin;
}

/** The tier of a call that says nothing of one. */
export const DEFAULT_TIER = 'default';
