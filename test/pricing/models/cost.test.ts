import { describe, expect, it } from 'vitest';
import { costOf } from '../../../src/pricing/models/index.js';
import { price, rates, used } from './fixture.js';

/** 2 USD in, 0.2 cached, 2.5 and 4 written, 10 out, 12 reasoning; above 100 tokens, twice that. */
const BASE = {
  aboveInputTokens: 0,
  input: 2_000_000,
  cachedInput: 200_000,
  cacheWrite: 2_500_000,
  cacheWriteLong: 4_000_000,
  output: 10_000_000,
  reasoning: 12_000_000,
};
const LONG = {
  aboveInputTokens: 100,
  input: 4_000_000,
  cachedInput: 400_000,
  cacheWrite: 5_000_000,
  cacheWriteLong: 8_000_000,
  output: 20_000_000,
  reasoning: 24_000_000,
};
const FULL = price(
  {
    default: rates([BASE, LONG], { perImage: 40_000_000_000, perRequest: 5_000_000_000 }),
    priority: rates([{ ...BASE, input: 3_000_000 }]),
  },
  { web_search: 10_000_000_000 },
);
const BARE = price({ default: rates([{ aboveInputTokens: 0, input: 2_000_000 }]) });

describe('the cost of a call', () => {
  it.each([
    ['nothing but the request', used({}), 5_000],
    ['input', used({ input: 50 }), 5_100],
    ['cached input', used({ cachedInput: 50 }), 5_010],
    ['a cache write', used({ cacheWrite: 50 }), 5_125],
    ['a long cache write', used({ cacheWriteLong: 50 }), 5_200],
    ['output', used({ output: 50 }), 5_500],
    ['reasoning, by its own figure', used({ reasoning: 50 }), 5_600],
    ['runs of a tool', used({ serverTools: { web_search: 3 } }), 35_000],
    ['all of it', used({ input: 40, cachedInput: 10, output: 5, reasoning: 5 }), 5_192],
    ['input at the edge of the longer band', used({ input: 100, output: 1 }), 5_210],
    ['input beyond it, and output with it', used({ input: 101, output: 1 }), 5_424],
    ['cached input counts towards it', used({ input: 1, cachedInput: 100 }), 5_044],
    ['and so do cache writes', used({ cacheWrite: 60, cacheWriteLong: 41 }), 5_628],
    ['another tier, without the pieces', used({ tier: 'priority', input: 200 }), 600],
  ])('%s', (_, usage, micros) => {
    expect(costOf(FULL, usage)).toEqual({ status: 'priced', micros });
  });

  it('has images by the piece', () => {
    expect(costOf(FULL, used({}), { images: 2 })).toEqual({ status: 'priced', micros: 85_000 });
  });

  it('charges reasoning as output where it has no figure', () => {
    const plain = price({ default: rates([{ aboveInputTokens: 0, output: 10_000_000 }]) });
    expect(costOf(plain, used({ reasoning: 7 }))).toEqual({ status: 'priced', micros: 70 });
  });

  it('is rounded up once, and not part by part', () => {
    // 0.1 + 0.2 + 0.7 micro-dollars are exactly one; each rounded up they would be three.
    const fine = (output: number) =>
      price({
        default: rates([{ aboveInputTokens: 0, input: 100_000, cachedInput: 200_000, output }]),
      });
    const usage = used({ input: 1, cachedInput: 1, output: 1 });
    expect(costOf(fine(700_000), usage)).toEqual({ status: 'priced', micros: 1 });
    expect(costOf(fine(700_001), usage)).toEqual({ status: 'priced', micros: 2 });
    expect(costOf(fine(0), used({ input: 1 }))).toEqual({ status: 'priced', micros: 1 });
    expect(costOf(fine(0), used({ output: 9 }))).toEqual({ status: 'priced', micros: 0 });
  });

  it('is exact where doubles are not', () => {
    const odd = price({ default: rates([{ aboveInputTokens: 0, input: 9_007_199_254_740_991 }]) });
    expect(costOf(odd, used({ input: 999_999 }))).toEqual({
      status: 'priced',
      // 9007199254740991 × 999999 / 10^6, rounded up.
      micros: 9_007_190_247_541_737,
    });
    expect(costOf(odd, used({ input: 1_000_001 }))).toEqual({ status: 'too_large' });
  });
});

describe('what the list has no figure for', () => {
  it.each([
    ['cachedInput', used({ cachedInput: 1 })],
    ['cacheWrite', used({ cacheWrite: 1 })],
    ['cacheWriteLong', used({ cacheWriteLong: 1 })],
    ['output', used({ output: 1 })],
    ['reasoning', used({ reasoning: 1 })],
    ['serverTools.web_search', used({ serverTools: { web_search: 1 } })],
    ['tiers.priority', used({ tier: 'priority' })],
  ])('%s is unknown, and never free', (missing, usage) => {
    expect(costOf(BARE, usage)).toEqual({ status: 'unknown', missing });
  });

  it('an image by the piece is unknown', () => {
    expect(costOf(BARE, used({}), { images: 1 })).toEqual({
      status: 'unknown',
      missing: 'perImage',
    });
  });

  it('costs nothing as long as there is none of it', () => {
    const usage = used({ input: 1, serverTools: { web_search: 0 } });
    expect(costOf(BARE, usage)).toEqual({ status: 'priced', micros: 2 });
  });

  it('does not fall back to the figures for shorter input', () => {
    const gap = price({ default: rates([BASE, { aboveInputTokens: 100, input: 4_000_000 }]) });
    expect(costOf(gap, used({ input: 101, output: 1 }))).toEqual({
      status: 'unknown',
      missing: 'output',
    });
  });
});

describe('a count that is none', () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is refused', (count) => {
    expect(() => costOf(FULL, used({ input: count }))).toThrow(
      `input: found ${count}; expected a whole number from 0 to 2^53`,
    );
    expect(() => costOf(FULL, used({ serverTools: { web_search: count } }))).toThrow(RangeError);
  });
});
