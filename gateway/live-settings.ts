import type { ModelPriceList } from '../src/pricing/models/index.js';
import type { ToolPriceList } from '../src/pricing/tool-price.js';
import type { OffUpstream } from './config/types.js';
import type { ModelUpstream } from './model-calls/upstreams.js';
import type { FindOperator } from './operator/keys.js';
import type { ToolEndpoint } from './routes/tool-endpoint.js';

/**
 * What a running gateway takes over from a changed configuration. The value is swapped whole and never
 * changed: a call takes it once, at its start, and ends with the upstreams and prices that it began with.
 */
export interface LiveSettings {
  readonly modelUpstreams: readonly ModelUpstream[];
  readonly offUpstreams: readonly OffUpstream[];
  readonly endpoints: ReadonlyMap<string, ToolEndpoint>;
  /** In credits a call, of models and HTTP tools alike. */
  readonly priceList: ToolPriceList;
  /** In USD, of models by their tokens. */
  readonly prices: () => ModelPriceList;
  /** Constant-time. */
  readonly findOperator: FindOperator;
}

/**
 * What follows from the settings, computed once for each value of them.
 * @returns what belongs to the settings of now: a call asks once
 */
export function perSettings<S extends object, T>(
  settings: () => S,
  build: (settings: S) => T,
): () => T {
  let known: S | undefined;
  let built: T;
  return () => {
    const now = settings();
    if (now !== known) {
      built = build(now);
      known = now;
    }
    return built;
  };
}
