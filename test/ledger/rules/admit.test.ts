import { describe, expect, it } from 'vitest';
import type { AccountState } from '../../../src/ledger/contract.js';
import { largestGrant, refusalOf } from '../../../src/ledger/rules/admit.js';
import { climb, rises } from '../../../src/ledger/rules/climb.js';
import { costAt } from '../../../src/ledger/rules/cost.js';
import { neverCharged, usedOf } from '../../../src/ledger/rules/counters.js';
import type { BoundAccount } from '../../../src/ledger/rules/limits.js';
import type { Limit } from '../../../src/money/units.js';
import { fc, runs } from '../../support/property.js';

const small = fc.nat({ max: 12 });
const near = fc.oneof(small, fc.constantFrom(2 ** 53 - 1, 2 ** 53 - 5, 2 ** 52));
const START_MS = 1_800_000_000_000;

/** An account as any history may have left it: over its limit, with or without a carve-out. */
const own = fc
  .record({
    spent: small,
    held: fc.oneof(small, fc.constantFrom(2 ** 53 - 40)),
    carve: fc.option(near, { nil: undefined }),
    raised: fc.option(near, { nil: undefined }),
    limits: fc.array(fc.tuple(fc.constantFrom('life', 'hour'), near), { maxLength: 2 }),
    inWindow: small,
  })
  .map((made) => made);

type Own = typeof own extends fc.Arbitrary<infer T> ? T : never;

function bound({ spent, held, carve, limits, inWindow }: Own, level: number): BoundAccount {
  const account = `main/x${'/a'.repeat(level)}`;
  const never = neverCharged(account);
  const state: AccountState = {
    ...never,
    counters: { ...never.counters, credits: { spent, held } },
    carves: carve === undefined ? {} : { credits: { amountMicros: carve, endMs: START_MS } },
    windows: [
      {
        unit: 'credits',
        window: 'hour',
        startMs: START_MS,
        sinceSequence: 0,
        spentMicros: inWindow,
        heldMicros: 0,
      },
    ],
  };
  return {
    state,
    isNew: false,
    presented: { account, limits: [] },
    limits: limits.map(
      ([window, limitMicros]) => ({ unit: 'credits', window, limitMicros, carved: false }) as Limit,
    ),
  };
}

const paths = fc.array(own, { minLength: 1, maxLength: 4 }).map((levels) => {
  const path = levels.map(bound);
  const carves = new Map(
    levels.flatMap(({ raised, carve }, level): [string, AccountState['carves']][] =>
      raised === undefined || level === 0
        ? []
        : [
            [
              path[level]?.state.account ?? '',
              { credits: { amountMicros: Math.max(raised, carve ?? 0), endMs: START_MS } },
            ],
          ],
    ),
  );
  return { path, carves };
});

const costs = fc
  .record({ least: small, more: small, steps: fc.integer({ min: 1, max: 9 }) })
  .map(({ least, more, steps }) => ({
    least: { credits: least },
    most: { credits: least + more },
    steps,
  }));

describe('the largest grant', () => {
  it('is the largest step of all that would be admitted, tried one by one', () => {
    fc.assert(
      fc.property(paths, costs, ({ path, carves }, cost) => {
        const fits = Array.from({ length: cost.steps + 1 }, (_, step) => step).filter(
          (step) => refusalOf(path, costAt(cost, step), carves) === undefined,
        );
        // Whatever fits, less fits too.
        expect(fits).toEqual(fits.map((_, place) => place));
        if (fits.length > 0) expect(largestGrant(path, cost)).toBe(fits.at(-1));
      }),
      { numRuns: runs(3_000) },
    );
  });

  it('leaves every limit for life kept, once the path has risen', () => {
    fc.assert(
      fc.property(paths, costs, ({ path, carves }, cost) => {
        if (refusalOf(path, cost.least, carves) !== undefined) return;
        const granted = costAt(cost, largestGrant(path, cost));
        const states = path.map(({ state }) => state);
        const after = climb(states, { used: granted, spent: {} }, carves);
        const asked = rises(states, granted, carves);
        expect(after).toHaveLength(path.length);
        for (const [level, state] of after.entries()) {
          const before = states[level] as AccountState;
          const used = usedOf(before, 'credits') + (asked[level]?.credits ?? 0);
          expect(usedOf(state, 'credits')).toBe(Math.min(used, Number.MAX_SAFE_INTEGER));
          for (const { window, limitMicros } of path[level]?.limits ?? []) {
            if (window === 'life')
              expect(usedOf(state, 'credits')).toBeLessThanOrEqual(limitMicros);
          }
        }
      }),
      { numRuns: runs(2_000) },
    );
  });
});
