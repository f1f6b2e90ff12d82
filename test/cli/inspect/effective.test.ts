import { describe, expect, it } from 'vitest';
import { bindingLimits, joinTools } from '../../../cli/inspect/effective.js';
import { interpretCaveats, type ToolRule } from '../../../src/caveats/index.js';
import { matchRule } from '../../../src/caveats/tools.js';
import { fc } from '../../support/property.js';

/** Few letters, so that names and prefixes meet often. */
const names = fc.stringMatching(/^[ab]{0,3}$/);
const rule = fc.record({
  name: names,
  prefix: fc.boolean(),
  priceMicros: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
});
const caveat = fc.uniqueArray(rule, {
  selector: ({ name, prefix }) => `${name}${prefix}`,
  minLength: 1,
  maxLength: 5,
});

/** What the caveats say of one name, each by itself. */
function judge(caveats: readonly (readonly ToolRule[])[], name: string): number | 'refused' {
  const prices: number[] = [];
  for (const rules of caveats) {
    const found = matchRule(rules, name);
    if (found === undefined) return 'refused';
    prices.push(found.priceMicros ?? 0);
  }
  return Math.max(...prices);
}

describe('joinTools', () => {
  it('law: one joined list judges every name as all the caveats together do', () => {
    fc.assert(
      fc.property(fc.array(caveat, { minLength: 1, maxLength: 4 }), names, (caveats, name) => {
        expect(judge([joinTools(caveats)], name)).toBe(judge(caveats, name));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('bindingLimits', () => {
  it('is the smallest of each unit, the one nearest the root if several are equal', () => {
    const allowance = interpretCaveats({ kid: 'k', tenant: 'main', rootId: '0'.repeat(32) }, [
      'holder = a',
      'budget = 10 credits',
      'budget = 3 usd',
      'expires = 2030-01-01T00:00:00Z',
      'holder = b',
      'budget = 10 credits',
      'budget = 7 tokens',
      'budget = 2 usd',
    ]);
    expect(
      bindingLimits(allowance).map(({ holder, limit }) => [holder, limit.limitMicros, limit.unit]),
    ).toEqual([
      ['a', 10_000_000, 'credits'],
      ['b', 2_000_000, 'usd'],
      ['b', 7_000_000, 'tokens'],
    ]);
  });
});
