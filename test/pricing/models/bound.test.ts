import { describe, expect, it } from 'vitest';
import {
  type Band,
  type CallBound,
  costOf,
  type ModelPrice,
  outputWithin,
  upperBound,
} from '../../../src/pricing/models/index.js';
import type { Usage } from '../../../src/pricing/usage.js';
import { fc, runs } from '../../support/property.js';
import { price, rates, used } from './fixture.js';

const TIERS = ['default', 'priority', 'flex'];
const picos = fc.option(fc.integer({ min: 0, max: 90_000_000 }), { nil: undefined });

const band = (aboveInputTokens: number): fc.Arbitrary<Band> =>
  fc.record({
    aboveInputTokens: fc.constant(aboveInputTokens),
    input: picos,
    cachedInput: picos,
    cacheWrite: picos,
    cacheWriteLong: picos,
    output: picos,
    reasoning: picos,
  });

const anyRates = fc
  .record({
    base: band(0),
    middle: band(50),
    long: band(200),
    bands: fc.integer({ min: 1, max: 3 }),
    pieces: fc.record({ perImage: picos, perRequest: picos }),
  })
  .map(({ base, middle, long, bands, pieces }) =>
    rates([base, ...[middle, long].slice(0, bands - 1)], pieces),
  );

const anyPrice: fc.Arbitrary<ModelPrice> = fc
  .record({
    tiers: fc.record({ default: anyRates, priority: anyRates }),
    search: picos,
  })
  .map(({ tiers, search }) => price(tiers, search === undefined ? {} : { web_search: search }));

/** With every figure, so that every call has a cost. */
const figure = fc.integer({ min: 0, max: 90_000_000 });
const fullRates = fc
  .array(
    fc.record({
      input: figure,
      cachedInput: figure,
      cacheWrite: figure,
      cacheWriteLong: figure,
      output: figure,
      reasoning: figure,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map(([base, ...longer]) =>
    rates(
      [
        { aboveInputTokens: 0, ...base },
        ...longer.map((kinds, i) => ({ aboveInputTokens: [50, 200][i] ?? 0, ...kinds })),
      ],
      { perImage: 3_000_000, perRequest: 1 },
    ),
  );
const fullPrice = fc
  .record({ default: fullRates, priority: fullRates })
  .map((tiers) => price(tiers, { web_search: 500_000 }));

const INPUT_KINDS = {
  none: ['input', 'cachedInput'],
  short: ['input', 'cachedInput', 'cacheWrite'],
  long: ['input', 'cachedInput', 'cacheWrite', 'cacheWriteLong'],
  unstated: ['input', 'cachedInput', 'cacheWrite', 'cacheWriteLong'],
} as const;

const tokens = (max: number) => fc.integer({ min: 0, max });

/** A bound, and a usage that keeps it. */
const anyCall: fc.Arbitrary<{ bound: CallBound; usage: Usage; images: number }> = fc
  .record({
    input: tokens(150),
    cachedInput: tokens(150),
    written: fc.constantFrom('none', 'short', 'long', 'unstated') as fc.Arbitrary<
      'none' | 'short' | 'long' | 'unstated'
    >,
    cacheWrite: tokens(150),
    cacheWriteLong: tokens(150),
    outputs: fc.array(fc.tuple(tokens(100), tokens(100)), { minLength: 1, maxLength: 3 }),
    slackIn: tokens(100),
    slackOut: tokens(10),
    images: tokens(2),
    searches: tokens(3),
    tiers: fc.subarray(TIERS, { minLength: 1 }),
    served: tokens(2),
  })
  .map((drawn) => {
    const cacheWrite = drawn.written === 'none' ? 0 : drawn.cacheWrite;
    const hasLong = drawn.written === 'long' || drawn.written === 'unstated';
    const cacheWriteLong = hasLong ? drawn.cacheWriteLong : 0;
    const { input, cachedInput, outputs, images, tiers } = drawn;
    const usage = used({
      input,
      cachedInput,
      cacheWrite,
      cacheWriteLong,
      output: outputs.reduce((sum, [plain]) => sum + plain, 0),
      reasoning: outputs.reduce((sum, [, reasoning]) => sum + reasoning, 0),
      serverTools: { web_search: drawn.searches },
      tier: tiers[drawn.served % tiers.length] ?? 'default',
    });
    const bound: CallBound = {
      inputTokens: input + cachedInput + cacheWrite + cacheWriteLong + drawn.slackIn,
      outputTokens:
        Math.max(...outputs.map(([plain, reasoning]) => plain + reasoning)) + drawn.slackOut,
      choices: outputs.length,
      cacheWrites: drawn.written,
      images,
      serverTools: { web_search: drawn.searches },
      tiers,
    };
    return { bound, usage, images };
  });

describe('the upper bound', () => {
  it('is never below what a call within it costs', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyPrice, anyCall, (list, { bound, usage, images }) => {
        const most = upperBound(list, bound);
        const cost = costOf(list, usage, { images });
        if (most.status !== 'priced' || cost.status !== 'priced') return;
        compared += 1;
        expect(cost.micros).toBeLessThanOrEqual(most.micros);
      }),
      { numRuns: runs(5_000) },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it('is reached: some call within it costs as much', () => {
    fc.assert(
      fc.property(fullPrice, anyCall, (list, { bound, images }) => {
        const { tiers = [], cacheWrites = 'unstated', serverTools = {} } = bound;
        const known = tiers.filter((tier) => list.tiers.has(tier));
        fc.pre(known.length > 0);
        const output = bound.outputTokens * (bound.choices ?? 1);
        const inputs = [bound.inputTokens, 50, 200].filter((most) => most <= bound.inputTokens);
        // All of one kind, at every length where another band begins, on every tier.
        const corners = known.flatMap((tier) =>
          inputs.flatMap((input) =>
            INPUT_KINDS[cacheWrites].flatMap((kind) => [
              used({ tier, serverTools, [kind]: input, output }),
              used({ tier, serverTools, [kind]: input, reasoning: output }),
            ]),
          ),
        );
        const costs = corners.map((usage) => {
          const cost = costOf(list, usage, { images });
          if (cost.status !== 'priced') throw new Error(`expected a cost: ${JSON.stringify(cost)}`);
          return cost.micros;
        });
        expect(upperBound(list, { ...bound, tiers: known })).toEqual({
          status: 'priced',
          micros: Math.max(...costs),
        });
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('never grows when less is allowed', () => {
    fc.assert(
      fc.property(anyPrice, anyCall, tokens(50), tokens(50), (list, { bound }, less, fewer) => {
        const smaller = {
          ...bound,
          inputTokens: Math.max(0, bound.inputTokens - less),
          outputTokens: Math.max(0, bound.outputTokens - fewer),
        };
        const most = upperBound(list, bound);
        const least = upperBound(list, smaller);
        if (most.status !== 'priced' || least.status !== 'priced') return;
        expect(least.micros).toBeLessThanOrEqual(most.micros);
      }),
      { numRuns: runs(2_000) },
    );
  });

  const BASE = { aboveInputTokens: 0, input: 2_000_000, cachedInput: 200_000, output: 10_000_000 };
  const WRITES = { cacheWrite: 2_500_000, cacheWriteLong: 4_000_000 };
  const one = price({ default: rates([{ ...BASE, ...WRITES }]) });
  const call = { inputTokens: 100, outputTokens: 10 };

  it.each([
    ['unstated, the dearest write counts', {}, 500],
    ['with none', { cacheWrites: 'none' as const }, 300],
    ['with a short one', { cacheWrites: 'short' as const }, 350],
    ['with a long one', { cacheWrites: 'long' as const }, 500],
    ['with three choices', { cacheWrites: 'none' as const, choices: 3 }, 500],
    ['with no output', { cacheWrites: 'none' as const, outputTokens: 0 }, 200],
  ])('cache writes and choices: %s', (_, more, micros) => {
    expect(upperBound(one, { ...call, ...more })).toEqual({ status: 'priced', micros });
  });

  it('counts the dearest of a longer band, a shorter one and every tier', () => {
    const odd = price({
      default: rates([BASE, { aboveInputTokens: 50, input: 1_000, output: 1_000 }]),
      flex: rates([{ aboveInputTokens: 0, input: 1_000_000, output: 30_000_000 }]),
    });
    // 50 tokens in the short band cost more than 100 in the long one.
    expect(upperBound(odd, call)).toEqual({ status: 'priced', micros: 200 });
    const tiers = ['default', 'flex'];
    expect(upperBound(odd, { ...call, tiers })).toEqual({ status: 'priced', micros: 400 });
  });

  it('counts reasoning where it is dearer than output', () => {
    const list = price({ default: rates([{ ...BASE, reasoning: 12_000_000 }]) });
    expect(upperBound(list, call)).toEqual({ status: 'priced', micros: 320 });
  });

  it.each([
    ['input', price({ default: rates([{ aboveInputTokens: 0, output: 1 }]) }), {}],
    ['output', price({ default: rates([{ aboveInputTokens: 0, input: 1 }]) }), {}],
    ['cacheWrite', price({ default: rates([BASE]) }), { cacheWrites: 'short' as const }],
    ['cacheWriteLong', price({ default: rates([BASE]) }), { cacheWrites: 'long' as const }],
    ['perImage', one, { images: 1 }],
    ['serverTools.web_search', one, { serverTools: { web_search: 1 } }],
    ['tiers.scale', one, { tiers: ['default', 'scale'] }],
  ])('is unknown without a figure for %s', (missing, list, more) => {
    expect(upperBound(list, { ...call, ...more })).toEqual({ status: 'unknown', missing });
    expect(outputWithin(list, { ...call, ...more }, 1_000)).toEqual({
      status: 'unknown',
      missing,
    });
  });

  it('needs no figure for output where there is none: embeddings', () => {
    const list = price({ default: rates([{ aboveInputTokens: 0, input: 20_000 }]) });
    const bound = { inputTokens: 1_000, outputTokens: 0 };
    expect(upperBound(list, bound)).toEqual({ status: 'priced', micros: 20 });
  });

  it('says when it is beyond every budget, and refuses what is no count', () => {
    const most = { inputTokens: 2 ** 53 - 1, outputTokens: 2 ** 53 - 1 };
    expect(upperBound(one, most)).toEqual({ status: 'too_large' });
    expect(() => upperBound(one, { ...call, inputTokens: -1 })).toThrow('inputTokens: found -1');
    expect(() => upperBound(one, { ...call, choices: 1.5 })).toThrow('choices: found 1.5');
    expect(() => upperBound(one, { ...call, tiers: [] })).toThrow('tiers: found none');
  });
});

describe('the output that an amount affords', () => {
  it('fits, and one more token does not', () => {
    fc.assert(
      fc.property(anyPrice, anyCall, tokens(200_000), (list, { bound }, budget) => {
        const asked = { ...bound, outputTokens: bound.outputTokens + 1 };
        const found = outputWithin(list, asked, budget);
        const at = (outputTokens: number) => upperBound(list, { ...asked, outputTokens });
        if (found.status === 'unknown') return;
        const none = at(0);
        if (found.status === 'too_dear') {
          if (none.status === 'priced') expect(none.micros).toBeGreaterThan(budget);
          return;
        }
        const { outputTokens } = found;
        expect(outputTokens).toBeLessThanOrEqual(asked.outputTokens);
        expect(at(outputTokens)).toMatchObject({ status: 'priced' });
        const fitting = at(outputTokens);
        if (fitting.status === 'priced') expect(fitting.micros).toBeLessThanOrEqual(budget);
        if (outputTokens === asked.outputTokens) return;
        const next = at(outputTokens + 1);
        if (next.status === 'priced') expect(next.micros).toBeGreaterThan(budget);
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('is cut to what is left, by the dearest way to bill it', () => {
    const list = price({
      default: rates([{ aboveInputTokens: 0, input: 2_000_000, output: 10_000_000 }]),
      flex: rates([{ aboveInputTokens: 0, input: 1_000_000, output: 30_000_000 }]),
    });
    const bound = { inputTokens: 100, outputTokens: 4_096, choices: 2, tiers: ['default', 'flex'] };
    // default: (2000 − 200) / 20 = 90; flex: (2000 − 100) / 60 = 31.
    expect(outputWithin(list, bound, 2_000)).toEqual({ status: 'fits', outputTokens: 31 });
    expect(outputWithin(list, bound, 199)).toEqual({ status: 'too_dear' });
    expect(outputWithin(list, bound, 200)).toEqual({ status: 'fits', outputTokens: 0 });
    expect(outputWithin(list, bound, 10_000_000)).toEqual({ status: 'fits', outputTokens: 4_096 });
  });
});
