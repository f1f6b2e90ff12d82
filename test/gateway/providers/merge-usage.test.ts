import { describe, expect, it } from 'vitest';
import {
  cutTo,
  inputOf,
  largerRuns,
  largerUsage,
  outputOf,
  raisedTo,
} from '../../../gateway/providers/merge-usage.js';
import { costOf } from '../../../src/pricing/models/index.js';
import type { Usage } from '../../../src/pricing/usage.js';
import { fc } from '../../support/property.js';
import { SHIPPED } from '../model-calls/rig.js';

const tokens = fc.nat({ max: 1_000 });
const usage: fc.Arbitrary<Usage> = fc.record({
  input: tokens,
  cachedInput: tokens,
  cacheWrite: tokens,
  cacheWriteLong: tokens,
  output: tokens,
  reasoning: tokens,
  serverTools: fc.dictionary(
    fc.constantFrom('web_search', 'web_fetch'),
    fc.integer({ min: 1, max: 9 }),
  ),
  tier: fc.constant('default'),
});

const price = SHIPPED.find('claude-opus-4-5');

function micros(used: Usage): number {
  // A fetch costs nothing, and has no line.
  const { web_fetch: _free, ...serverTools } = used.serverTools;
  const cost = price === undefined ? undefined : costOf(price, { ...used, serverTools });
  if (cost?.status !== 'priced') throw new Error('no price');
  return cost.micros;
}

describe('two usages of one answer', () => {
  it('make one that is cheaper than neither where counts go down, and the later one where they do not', () => {
    fc.assert(
      fc.property(usage, usage, (before, later) => {
        const merged = largerUsage(before, later);
        expect(inputOf(merged)).toBeGreaterThanOrEqual(Math.max(inputOf(before), inputOf(later)));
        expect(outputOf(merged)).toBe(Math.max(outputOf(before), outputOf(later)));
        expect(micros(merged)).toBeGreaterThanOrEqual(micros(later));
        const isLess = inputOf(later) < inputOf(before) || outputOf(later) < outputOf(before);
        const { serverTools: _runs, ...kinds } = later;
        if (!isLess) expect(merged).toMatchObject(kinds);
        else
          expect(
            micros(
              largerUsage(before, {
                ...later,
                input: 0,
                cachedInput: 0,
                cacheWrite: 0,
                cacheWriteLong: 0,
                output: 0,
                reasoning: 0,
              }),
            ),
          ).toBeGreaterThanOrEqual(micros(before));
      }),
    );
  });

  it('have the runs of both, and of two counts the larger', () => {
    fc.assert(
      fc.property(usage, usage, ({ serverTools: a }, { serverTools: b }) => {
        const both = largerRuns(a, b);
        for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
          expect(both[name]).toBe(Math.max(a[name] ?? 0, b[name] ?? 0));
        }
        expect(largerRuns(b, a)).toEqual(both);
      }),
    );
    expect(Object.entries(largerRuns({ a: 1 }, JSON.parse('{"__proto__":2}')))).toEqual([
      ['__proto__', 2],
      ['a', 1],
    ]);
  });
});

describe('a usage', () => {
  it('raised to a count has it, and what it had', () => {
    fc.assert(
      fc.property(usage, tokens, tokens, (used, input, output) => {
        const raised = raisedTo(used, input, output);
        expect(inputOf(raised)).toBe(Math.max(input, inputOf(used)));
        expect(outputOf(raised)).toBe(Math.max(output, outputOf(used)));
        expect(raisedTo(used, 0, 0)).toBe(used);
      }),
    );
  });

  it('cut to a maximum has at most that, the dearer kinds of it, and nothing that it had not', () => {
    fc.assert(
      fc.property(usage, tokens, tokens, (used, input, output) => {
        const cut = cutTo(used, { input, output });
        expect(inputOf(cut)).toBe(Math.min(input, inputOf(used)));
        expect(outputOf(cut)).toBe(Math.min(output, outputOf(used)));
        for (const kind of [
          'input',
          'cachedInput',
          'cacheWrite',
          'cacheWriteLong',
          'output',
          'reasoning',
        ] as const) {
          expect(cut[kind]).toBeLessThanOrEqual(used[kind]);
        }
        // No other choice of as many tokens is dearer: a plain one is not taken where a written one is left.
        if (cut.input > 0) expect(cut.cacheWriteLong).toBe(used.cacheWriteLong);
        if (cut.cachedInput > 0) expect(cut.input).toBe(used.input);
      }),
    );
  });
});
