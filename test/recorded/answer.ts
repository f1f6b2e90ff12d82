/** An event of a stream: its data, whose `type` is the event's name where the API names its events. */
export type WireEvent = Readonly<Record<string, unknown>>;

export type RecordedApi = 'chat' | 'responses' | 'messages';

/** How far the bytes of an answer say how much input it is when it comes back as history. */
export type Extent =
  /** All of it stands in the history. */
  | 'bytes'
  /** A part of it is kept by the provider, or lies at an address: only a reference comes back. */
  | 'reference';

/** An answer with every field that its provider sends, and what a client does with it next. */
export interface RecordedAnswer {
  /** Unique among all: `responses/web_search_call`. */
  readonly name: string;
  readonly api: RecordedApi;
  /** What the request names: a line of the price list. */
  readonly model: string;
  readonly plain: Readonly<Record<string, unknown>>;
  readonly events: readonly WireEvent[];
  /** Messages, items or blocks that the client sends behind it: what its tools answered. */
  readonly results: readonly object[];
  /** Fields of a request that this provider answers so: its tools, its betas' own. */
  readonly asks: Readonly<Record<string, unknown>>;
  /** Values of `anthropic-beta` or `openai-beta` that such a request has. */
  readonly betas: readonly string[];
  /** Tools of the provider ran, so that more than the answer's own text may have been read. */
  readonly isHosted: boolean;
  readonly extent: Extent;
}

type Rest = Omit<RecordedAnswer, 'name' | 'api' | 'model' | 'plain' | 'events'>;

/** What most answers are: text that no tool took part in. */
export const PLAIN_ANSWER: Rest = {
  results: [],
  asks: {},
  betas: [],
  isHosted: false,
  extent: 'bytes',
};
