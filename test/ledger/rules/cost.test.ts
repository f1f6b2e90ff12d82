import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costAt, largestStep } from '../../../src/ledger/rules/cost.js';

const MAX = Number.MAX_SAFE_INTEGER;

/** The same by integers of any size: what the doubles must come to. */
function exactCost(least: number, most: number, step: number, steps: number): bigint {
  if (steps === 0) return BigInt(least);
  const [low, by, n] = [BigInt(least), BigInt(most - least) * BigInt(step), BigInt(steps)];
  return low + (by + n - 1n) / n;
}

/** least ≤ most, and (most − least) × steps just below 2^53 at its largest. */
const range = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 26 }), fc.maxSafeNat(), fc.maxSafeNat())
  .map(([steps, a, b]) => {
    const spread = b % (Math.floor(MAX / steps) + 1);
    const least = a % (MAX - spread + 1);
    return { least, most: least + spread, steps };
  });

describe('the grant', () => {
  it('is the largest step that fits, at any size', () => {
    fc.assert(
      fc.property(range, fc.maxSafeNat(), fc.nat({ max: 3 }), ({ least, most, steps }, r, near) => {
        const room = near === 0 ? r : Math.min(MAX, least + (r % (most - least + 2)));
        const step = largestStep(least, most, steps, room);
        if (step < 0) {
          expect(room).toBeLessThan(least);
          return;
        }
        expect(exactCost(least, most, step, steps)).toBeLessThanOrEqual(BigInt(room));
        if (step < steps) {
          expect(exactCost(least, most, step + 1, steps)).toBeGreaterThan(BigInt(room));
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('costs exactly what the contract says, and most at the last step', () => {
    fc.assert(
      fc.property(range, fc.nat(), ({ least, most, steps }, n) => {
        const step = n % (steps + 1);
        const cost = (k: number) =>
          costAt({ least: { calls: least }, most: { calls: most }, steps }, k);
        expect(BigInt(cost(step).calls ?? -1)).toBe(exactCost(least, most, step, steps));
        expect(cost(0)).toEqual({ calls: least });
        expect(cost(steps)).toEqual({ calls: most });
      }),
      { numRuns: 2_000 },
    );
  });
});
