import type { Band, ModelPrice, Origin, Rates } from '../../../src/pricing/models/index.js';
import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';

const ORIGIN: Origin = { source: 'a test', date: '2026-11-22' };

export function rates(
  bands: readonly [Band, ...Band[]],
  pieces: Partial<Pick<Rates, 'perImage' | 'perRequest'>> = {},
): Rates {
  return { bands, perImage: undefined, perRequest: undefined, ...pieces, origin: ORIGIN };
}

export function price(
  tiers: Readonly<Record<string, Rates>>,
  tools: Readonly<Record<string, number>> = {},
): ModelPrice {
  return {
    pattern: 'm',
    tiers: new Map(Object.entries(tiers)),
    serverTools: new Map(
      Object.entries(tools).map(([name, picosPerRun]) => [name, { picosPerRun, origin: ORIGIN }]),
    ),
    contextWindow: undefined,
    maxOutput: undefined,
    origin: ORIGIN,
  };
}

export function used(some: Partial<Usage>): Usage {
  return { ...NO_USAGE, ...some };
}
