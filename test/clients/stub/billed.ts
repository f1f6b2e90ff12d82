/** What the stub bills for one answer, in the counts that price lists have figures for. */
export interface Billed {
  readonly model: string;
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
  readonly output: number;
  /** Part of `output`. */
  readonly reasoning: number;
  readonly searches: number;
}

/**
 * Counts that look like a provider's: the input by the bytes of the request, of which some was read from
 * a cache. No two answers in a row have the same ones.
 */
export function bill(
  asked: { readonly model: string; readonly bytes: number; readonly turn: number },
  said: { readonly text: number; readonly reasoning: boolean; readonly searches: number },
  cache: { readonly write: number; readonly long: boolean; readonly automatic: boolean },
): Billed {
  const { model, bytes, turn } = asked;
  const whole = Math.ceil(bytes / 5) + 7;
  const write = Math.min(cache.write, whole - 3);
  const cachedInput = cache.automatic && turn > 0 ? Math.floor((whole - write) / 3) : 0;
  const reasoning = said.reasoning ? 23 + turn : 0;
  return {
    model,
    input: whole - write - cachedInput,
    cachedInput,
    cacheWrite: cache.long ? 0 : write,
    cacheWriteLong: cache.long ? write : 0,
    output: Math.ceil(said.text / 4) + 1 + reasoning,
    reasoning,
    searches: said.searches,
  };
}
