/**
 * What a model call used, as its provider bills it: whole tokens, each counted in one field alone.
 * Providers count differently (OpenAI's `prompt_tokens` includes the cached ones, Anthropic's
 * `input_tokens` does not); the readers of their answers bring it to this form.
 */
export interface Usage {
  /** Input that was neither read from a cache nor written to one. */
  readonly input: number;
  /** Input read from the provider's cache. */
  readonly cachedInput: number;
  /** Input written to a cache that lives minutes, and to one that lives an hour. */
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
  /** Output, without the reasoning. */
  readonly output: number;
  /** Output that the provider calls reasoning, where it says how much that was. */
  readonly reasoning: number;
  /** Runs of tools on the provider's side, by the provider's name for them: `web_search`. */
  readonly serverTools: Readonly<Record<string, number>>;
  /** The service tier that the provider says it served with; `default` where it says nothing. */
  readonly tier: string;
}

export const NO_USAGE: Usage = {
  input: 0,
  cachedInput: 0,
  cacheWrite: 0,
  cacheWriteLong: 0,
  output: 0,
  reasoning: 0,
  serverTools: {},
  tier: 'default',
};

/** All tokens, in and out: what a budget in `tokens` is charged. */
export function totalTokens(usage: Usage): number {
  const { input, cachedInput, cacheWrite, cacheWriteLong, output, reasoning } = usage;
  return input + cachedInput + cacheWrite + cacheWriteLong + output + reasoning;
}
