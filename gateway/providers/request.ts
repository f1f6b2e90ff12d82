import type { Tokenizers } from './tokenizers.js';

/** The providers' APIs whose requests are read. */
export type Api = MeteredApi | 'speech' | FreeApi;

/** Those whose answers say what they used, in tokens. */
export type MeteredApi =
  | 'chat'
  | 'responses'
  | 'embeddings'
  | 'messages'
  | 'completions'
  | 'images';

/** Those that nobody bills. */
export type FreeApi = (typeof FREE_APIS)[number];

const FREE_APIS = ['count_tokens', 'input_tokens', 'moderations'] as const;

export function isFree(api: Api): api is FreeApi {
  return (FREE_APIS as readonly Api[]).includes(api);
}

/**
 * What a request asks for, as far as its price depends on it. That the model exists, that the
 * provider will take the request, and what any of it costs, has not been looked at.
 */
export interface ModelRequest {
  readonly api: Api;
  readonly model: string;
  readonly stream: boolean;
  /** The most tokens of all that stands in the request, with what the provider adds to it. */
  readonly inputTokens: number;
  /**
   * The fields by which the input can outgrow the request: kept on the provider's side, found by
   * its tools, or in files. What bounds it then is the model's context window alone.
   */
  readonly outgrows: readonly string[];
  /** What the provider keeps of earlier calls and this gateway saw being made, in tokens. */
  readonly contextTokens: number;
  /** The first field by which that comes in. */
  readonly contextFrom: string | undefined;
  /** How often the model can read its whole input: once more after each run of a server-side tool. */
  readonly rounds: number;
  /**
   * How often the limit of the output can be reached: once in OpenAI's responses, whose limit is one of
   * the whole response (API reference, `max_output_tokens`); elsewhere once a round, as nobody says so.
   */
  readonly outputRounds: number;
  /** The most tokens that one run of a tool brings, where the request says so. */
  readonly runTokens: Readonly<Record<string, number>>;
  /** Calls of the model beside the one that answers: to compact what came before. */
  readonly compactions: number;
  readonly output: OutputLimit;
  /** Tokens that are billed as output of each choice though they are not under the limit. */
  readonly extraOutputTokens: number;
  /**
   * What the request lets the model think, where that can be more than the limit of the output: then
   * the context window alone bounds both (Anthropic, "Extended thinking", interleaved thinking).
   */
  readonly thinkingTokens: number;
  /** The caller asked for a context window of a million tokens. */
  readonly isLongContext: boolean;
  /** Answers that are generated, each up to the limit. */
  readonly choices: number;
  /** As the bound of a price takes it: what of the input can be billed as written to a cache. */
  readonly cacheWrites: 'none' | 'short' | 'long' | 'unstated';
  /** The most runs of each tool on the provider's side, by the name that its usage has. */
  readonly serverTools: Readonly<Record<string, number>>;
  /** Every service tier that can serve it, as the provider's usage names them. */
  readonly tiers: readonly string[];
  /** Those of the caller's headers that the provider must see and that this API lists. */
  readonly headers: Readonly<Record<string, string>>;
  /** Usage in a stream: the caller asked, it must be asked for, or it comes by itself. */
  readonly streamUsage: 'asked' | 'to_ask' | 'unasked';
  /** UTF-8 bytes of text that is certainly in the prompt: the provider counts some tokens for it. */
  readonly textBytes: number;
  /** The provider may leave out a part of the input: `truncation: auto`, context editing. */
  readonly mayShrink: boolean;
  /** The answer repeats the request's text, so that not all of its text is output. */
  readonly echoes: true | undefined;
  /** The provider keeps the answer under its id, so that a later request can go on from it. */
  readonly isStored: boolean;
  /** Limits that the caller did not state and that this gateway writes in. */
  readonly writes: readonly BodyWrite[];
  /** Names in it that are on no list, each once: fields, types of tools, betas. */
  readonly unknown: readonly string[];
}

/** One member that is written into the body: at the top of it, or into an element of a list there. */
export interface BodyWrite {
  readonly list?: { readonly field: string; readonly place: number };
  readonly key: string;
  readonly value: number;
}

/** Tokens of what a provider keeps, by its id there; or that another account made it. */
export type RecalledTokens = ReadonlyMap<string, number | 'foreign'>;

export const NOTHING_RECALLED: RecalledTokens = new Map();

export type OutputLimit =
  | { readonly status: 'stated'; readonly field: string; readonly tokens: number }
  /** `field` is the one to write a limit into. */
  | { readonly status: 'absent'; readonly field: string }
  /** The API has no output that is billed. */
  | { readonly status: 'none' };

/** What an operator says of an upstream beyond the lists that ship. */
export interface RequestRules {
  /**
   * Further fields that pass: `top_k`, or `messages.prefix` for one inside (positions in a list are
   * left out). Their JSON counts as input; that they cost nothing else is the operator's word.
   */
  readonly fields: readonly string[];
  /** Further values of `anthropic-beta` and `openai-beta` that pass. */
  readonly betas: readonly string[];
  /** Further tools on the provider's side, by their `type`, with the name that usage and prices have. */
  readonly serverTools: Readonly<Record<string, string>>;
  /** Tokens of one image at the most, in place of the published rules. */
  readonly imageTokens: number | undefined;
  /** Whether input that can outgrow the request is bounded by the context window, or refused. */
  readonly outgrowing: 'context_window' | 'refused';
  /** The fields of a chat request that the upstream heeds as a limit; the first is written. */
  readonly chatLimits: readonly ('max_completion_tokens' | 'max_tokens')[];
  /** Whether a chat stream must be asked for its usage by `stream_options.include_usage`. */
  readonly askStreamUsage: boolean;
  /** The tiers that can serve a request that leaves the choice to the provider. */
  readonly tiers: readonly string[];
  readonly overhead: Overhead;
  /** By which text is counted, where the operator wants that; undefined: by its bytes alone. */
  readonly tokenizers: Tokenizers | undefined;
  /** Whether a name that is on no list passes, its JSON counted as input, or is refused. */
  readonly unknown: 'count' | 'refuse';
  /** The runs of the provider's tools that are written in where the caller states no limit. */
  readonly serverToolRuns: number;
}

/** Tokens that a provider adds unseen, at the most. */
export interface Overhead {
  /** Once: the marks around it, and a system prompt of the template's own. */
  readonly request: number;
  /** For each message, and each part of one. */
  readonly message: number;
  /** Once, when there are tools or a schema: the system prompt that explains them. */
  readonly tools: number;
  /** For each tool, what is written around its JSON. */
  readonly tool: number;
}

/**
 * Generous, since too much is held for a moment and too little is lost. Published: OpenAI's 3
 * tokens a message and 3 a request (its cookbook, "How to count tokens with tiktoken"), Anthropic's
 * system prompt with tools of 159 to 530 (its "Pricing", tool use). Templates of open models have
 * a default system prompt of up to some 100 tokens, and up to some 250 with tools; 32 a message covers
 * their marks even where a tokenizer reads them as text.
 */
export const DEFAULT_OVERHEAD: Overhead = { request: 512, message: 32, tools: 1_024, tool: 64 };

/** What ships: OpenAI's and Anthropic's own APIs with nothing added. */
export const DEFAULT_RULES: RequestRules = {
  fields: [],
  betas: [],
  serverTools: {},
  imageTokens: undefined,
  outgrowing: 'context_window',
  chatLimits: ['max_completion_tokens', 'max_tokens'],
  askStreamUsage: true,
  tiers: ['default'],
  overhead: DEFAULT_OVERHEAD,
  tokenizers: undefined,
  unknown: 'count',
  serverToolRuns: 5,
};
