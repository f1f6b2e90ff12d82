import { describe, expect, it } from 'vitest';
import { costOf, lowerBound, type Rates } from '../../../src/pricing/models/index.js';
import { totalTokens, type Usage } from '../../../src/pricing/usage.js';
import { fc, runs } from '../../support/property.js';
import { price, rates, used } from './fixture.js';

const picos = fc.option(fc.integer({ min: 0, max: 90_000_000 }), { nil: undefined });
const figures = {
  input: picos,
  cachedInput: picos,
  cacheWrite: picos,
  cacheWriteLong: picos,
  output: picos,
  reasoning: picos,
};
const anyRates: fc.Arbitrary<Rates> = fc
  .record({ base: fc.record(figures), long: fc.record(figures), perRequest: picos })
  .map(({ base, long, perRequest }) =>
    rates(
      [
        { aboveInputTokens: 0, ...base },
        { aboveInputTokens: 50, ...long },
      ],
      { perRequest },
    ),
  );
const count = fc.integer({ min: 0, max: 100 });
const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    input: count,
    cachedInput: count,
    cacheWrite: count,
    cacheWriteLong: count,
    output: count,
    reasoning: count,
    tier: fc.constantFrom('default', 'batch'),
  })
  .map(used);

describe('the least that calls cost', () => {
  it('is never more than what they do cost, whatever they are made of', () => {
    fc.assert(
      fc.property(
        anyRates,
        anyRates,
        fc.array(anyUsage, { minLength: 1, maxLength: 4 }),
        (base, batch, usages) => {
          const line = price({ default: base, batch });
          const tokens = usages.reduce((sum, usage) => sum + totalTokens(usage), 0);
          const least = lowerBound(line, { calls: usages.length, tokens });
          let total = 0;
          for (const usage of usages) {
            const cost = costOf(line, usage);
            // A kind without a figure: such a call is charged at its hold.
            if (cost.status !== 'priced') return;
            total += cost.micros;
          }
          expect(least.status === 'priced' && least.micros <= total).toBe(true);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it('counts each request, and each token at the cheapest figure of any tier, rounded up once', () => {
    const line = price({
      default: rates(
        [{ aboveInputTokens: 0, input: 2_500_000, cachedInput: 1_250_000, output: 10_000_000 }],
        {
          perRequest: 5_000_000_000,
        },
      ),
      batch: rates(
        [{ aboveInputTokens: 0, input: 1_250_000, cachedInput: 625_000, output: 5_000_000 }],
        {
          perRequest: 4_000_000_000,
        },
      ),
    });
    // Three requests at 4,000 micro-dollars; 1,001 tokens at 0.625: 625.625.
    expect(lowerBound(line, { calls: 3, tokens: 1_001 })).toEqual({
      status: 'priced',
      micros: 12_626,
    });
    expect(lowerBound(line, { calls: 1, tokens: 0 })).toEqual({ status: 'priced', micros: 4_000 });
  });

  it('is nothing where no token has a figure', () => {
    const line = price({ default: rates([{ aboveInputTokens: 0 }]) });
    expect(lowerBound(line, { calls: 2, tokens: 10 })).toEqual({ status: 'priced', micros: 0 });
  });
});
