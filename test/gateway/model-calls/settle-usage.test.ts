import { describe, expect, it } from 'vitest';
import { planUsage } from '../../../gateway/model-calls/usage-plan.js';
import type { ModelRequest } from '../../../gateway/providers/request.js';
import type { AnswerFacts, Reading } from '../../../gateway/stream/reading.js';
import { costOf, upperBound } from '../../../src/pricing/models/index.js';
import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import { fc } from '../../support/property.js';
import { read } from '../providers/support.js';
import { pricesWith } from './answering.js';

const LINES = {
  asked: {
    input: 1,
    cachedInput: 0.1,
    cacheWrite: 1.25,
    cacheWriteLong: 2,
    output: 4,
    contextWindow: 10_000,
    maxOutput: 1_000,
    tiers: {
      priority: { input: 2, cachedInput: 0.2, cacheWrite: 2.5, cacheWriteLong: 4, output: 8 },
      flex: { input: 0.5, cachedInput: 0.05, cacheWrite: 0.6, cacheWriteLong: 1, output: 2 },
    },
  },
  dear: { input: 10, output: 40, contextWindow: 20_000, maxOutput: 2_000 },
  cheap: { input: 0.1, output: 0.4, contextWindow: 10_000, maxOutput: 1_000 },
  short: { input: 1, cacheWrite: 1.25, output: 4, contextWindow: 10_000, maxOutput: 1_000 },
};
const PRICES = pricesWith(LINES);
const HELD = { calls: 1_000_000, usd: 3_000, tokens: 2_000_000_000 };
const SILENT: AnswerFacts = { models: [], statedUsd: undefined, openTier: [], openWrites: 0 };

function plan(
  model: keyof typeof LINES,
  request: Partial<ModelRequest> = {},
  hooks: object = {},
  isUnpriced = false,
) {
  const price = PRICES.find(model);
  if (price === undefined) throw new Error('no line');
  const body = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  return planUsage({
    api: 'chat',
    request: { ...read('chat', body), ...request },
    price,
    find: PRICES.find,
    isUnpriced,
    outputTokens: 100,
    credits: undefined,
    ...hooks,
  });
}

const used = (fields: Partial<Usage>): Reading => ({
  status: 'read',
  usage: { ...NO_USAGE, ...fields },
});

function settle(
  reading: Reading,
  facts: Partial<AnswerFacts> = {},
  request: Partial<ModelRequest> = {},
  model: keyof typeof LINES = 'asked',
) {
  return plan(model, request).settle(reading, { ...SILENT, ...facts }, HELD);
}

const THOUSAND = used({ input: 1_000, output: 100 });

describe('the model that served', () => {
  it.each<[string, string[], number]>([
    ['none is named', [], 1_400],
    ['the same one', ['asked'], 1_400],
    ['a version of it', ['asked-2026-11-22'], 1_400],
    ['a version of it, by whom', ['openai/Asked-20261122'], 1_400],
    ['the latest of it', ['asked-latest'], 1_400],
    ['a dearer one', ['dear'], 14_000],
    ['a cheaper one', ['cheap'], 1_400],
    ['first a cheaper one, then a dearer one', ['cheap', 'dear'], 14_000],
  ])('%s', (_, models, usd) => {
    const { how, charged, usage } = settle(THOUSAND, { models });
    expect([how, charged.usd, charged.tokens]).toEqual(['read', usd, 1_100_000_000]);
    expect(usage).toMatchObject({ input: 1_000, output: 100 });
  });

  it.each(['other', 'asked-mini', 'x/other', 'openai/asked-mini-2026-11-22'])(
    '%s has no line: the hold',
    (model) => {
      const settled = settle(THOUSAND, { models: [model] });
      expect(settled).toMatchObject({ how: 'other_model', charged: HELD });
      expect(settled.detail).toContain(model);
    },
  );

  it('has no line, and would be dearer than the hold by the line of the asked one', () => {
    const { charged } = settle(used({ input: 9_000 }), { models: ['other'] });
    expect(charged).toEqual({ ...HELD, usd: 9_000, tokens: 9_000_000_000 });
  });

  it('is dearer, and nothing can be read: the most by its line, where that is more', () => {
    const missing = { status: 'missing', detail: '' } as const;
    const bound = (line: keyof typeof LINES) => {
      const price = PRICES.find(line);
      const body = { model: line, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
      const { inputTokens } = read('chat', body);
      const most = price && upperBound(price, { inputTokens, outputTokens: 100 });
      return most?.status === 'priced' ? most.micros : Number.NaN;
    };
    expect(bound('dear')).toBeGreaterThan(HELD.usd);
    expect(settle(missing, { models: ['dear'] }).charged).toEqual({ ...HELD, usd: bound('dear') });
    expect(settle(missing, { models: ['cheap'] }).charged).toEqual(HELD);
    const { settle: unpriced } = plan('asked', {}, {}, true);
    expect(unpriced(missing, { ...SILENT, models: ['dear'] }, HELD).charged).toEqual(HELD);
  });

  it('has a line that lacks a figure for what was used: the hold', () => {
    const { how, charged } = settle(used({ input: 10, cachedInput: 10 }), { models: ['dear'] });
    expect([how, charged]).toEqual(['unpriced', HELD]);
  });
});

describe('a stated cost', () => {
  it('is a floor, of the usage and of the hold', () => {
    expect(settle(THOUSAND, { statedUsd: 1_399 }).charged.usd).toBe(1_400);
    expect(settle(THOUSAND, { statedUsd: 1_401 }).charged.usd).toBe(1_401);
    const missing = { status: 'missing', detail: '' } as const;
    expect(settle(missing, { statedUsd: 2_999 }).charged).toEqual(HELD);
    expect(settle(missing, { statedUsd: 3_001 }).charged).toEqual({ ...HELD, usd: 3_001 });
  });
});

describe('the tier', () => {
  const cost = (tier: string, openTier: AnswerFacts['openTier'], tiers: string[]) =>
    settle(used({ input: 1_000, output: 100, tier }), { openTier }, { tiers });

  it('that is not named is the dearest that the request allows', () => {
    expect(cost('default', ['tier'], ['default']).charged.usd).toBe(1_400);
    expect(cost('default', ['tier'], ['default', 'priority']).charged.usd).toBe(2_800);
    expect(cost('default', ['tier'], ['flex', 'default']).charged.usd).toBe(1_400);
    expect(cost('default', ['tier'], ['default', 'priority']).usage?.tier).toBe('priority');
  });

  it('that is named is that one, and usual ones are the default', () => {
    expect(cost('flex', [], ['default', 'priority']).charged.usd).toBe(700);
    expect(cost('priority', [], ['default']).charged.usd).toBe(2_800);
    expect(cost('standard', [], ['default', 'priority']).charged.usd).toBe(1_400);
    expect(cost('on_demand', [], ['default', 'priority']).charged.usd).toBe(1_400);
  });

  it('that nobody knows is the hold', () => {
    expect(cost('unheard', [], ['default'])).toMatchObject({ how: 'unpriced', charged: HELD });
  });
});

describe('cache writes whose lifetime is not said', () => {
  const wrote = used({ cacheWrite: 1_000 });
  it.each<[ModelRequest['cacheWrites'], keyof typeof LINES, number]>([
    ['none', 'asked', 1_250],
    ['short', 'asked', 1_250],
    ['long', 'asked', 2_000],
    ['unstated', 'asked', 2_000],
    ['unstated', 'short', 1_250],
  ])('where the request asks for %s, and the line is %s', (cacheWrites, line, usd) => {
    expect(settle(wrote, { openWrites: 1_000 }, { cacheWrites }, line).charged.usd).toBe(usd);
  });

  it('are those that are open alone', () => {
    const both = used({ cacheWrite: 1_000 });
    const { charged, usage } = settle(both, { openWrites: 400 }, { cacheWrites: 'long' });
    expect(charged.usd).toBe(600 * 1.25 + 400 * 2);
    expect(usage).toMatchObject({ cacheWrite: 600, cacheWriteLong: 400 });
  });

  it('of an hour, on a line without a figure for that: the hold', () => {
    const facts = { openWrites: 1_000 };
    expect(settle(wrote, facts, { cacheWrites: 'long' }, 'short').how).toBe('unpriced');
  });
});

describe('usage above what the model can use', () => {
  const above = (fields: Partial<Usage>): Reading => ({
    status: 'above_maximum',
    usage: { ...NO_USAGE, ...fields },
    detail: 'too much',
  });

  it('is charged at the maximum, the dearer kinds first; or at the hold', () => {
    const { how, charged } = settle(above({ input: 1e12, cacheWrite: 4_000, output: 100 }));
    expect(how).toBe('above_maximum');
    expect(charged.usd).toBe(4_000 * 1.25 + 6_000 + 100 * 4);
    expect(charged.tokens).toBe(10_100_000_000);
    expect(settle(above({ cachedInput: 1e12 })).charged.usd).toBe(HELD.usd);
  });

  it('counts rounds and choices', () => {
    const { charged } = settle(above({ output: 1e12 }), {}, { rounds: 3, choices: 2 });
    expect(charged.usd).toBe(1_000 * 3 * 2 * 4);
  });

  it('is believed where another model served that can use so much', () => {
    const { how, charged } = settle(above({ input: 15_000 }), { models: ['dear'] });
    expect([how, charged.usd]).toEqual(['read', 150_000]);
  });
});

describe('what is charged', () => {
  it('by a usage above the hold is the usage, in full', () => {
    expect(settle(used({ input: 9_000, output: 900 })).charged.usd).toBe(12_600);
  });

  it('has no USD where the call is not counted in it', () => {
    const held = { calls: 1_000_000, tokens: 5_000_000 };
    const { settle: settled } = plan('asked', {}, {}, true);
    const facts = { ...SILENT, models: ['other'], statedUsd: 7 };
    expect(settled(THOUSAND, facts, held).charged).toEqual({
      calls: 1_000_000,
      tokens: 1_100_000_000,
    });
  });

  it('is at least what each reading costs that the answer leaves open, and one of them', () => {
    const tokens = fc.nat({ max: 1_000 });
    const tiers = fc
      .subarray(['priority', 'flex'], { minLength: 0 })
      .map((some) => ['default', ...some]);
    fc.assert(
      fc.property(
        fc.record({
          input: tokens,
          cachedInput: tokens,
          cacheWrite: tokens,
          cacheWriteLong: tokens,
          output: tokens,
        }),
        tiers,
        fc.constantFrom<ModelRequest['cacheWrites']>('none', 'short', 'long', 'unstated'),
        fc.subarray(['asked', 'asked-latest']),
        (counts, allowed, cacheWrites, models) => {
          const price = PRICES.find('asked');
          if (price === undefined) throw new Error('no line');
          const facts = { models, openTier: ['tier' as const], openWrites: counts.cacheWrite };
          const request = { tiers: allowed, cacheWrites };
          const { charged, how } = settle(used(counts), facts, request);
          const mayBeLong = cacheWrites === 'long' || cacheWrites === 'unstated';
          const open = allowed.flatMap((tier) => {
            const usage = { ...NO_USAGE, ...counts, tier };
            const { cacheWrite, cacheWriteLong } = counts;
            const long = { ...usage, cacheWrite: 0, cacheWriteLong: cacheWriteLong + cacheWrite };
            return (mayBeLong ? [usage, long] : [usage]).map((one) => costOf(price, one));
          });
          const micros = open.map((cost) => (cost.status === 'priced' ? cost.micros : Number.NaN));
          expect([how, charged.usd]).toEqual(['read', Math.max(...micros)]);
        },
      ),
    );
  });

  it('is never above the bound with which it was held, for a usage within it', () => {
    const price = PRICES.find('asked');
    if (price === undefined) throw new Error('no line');
    const part = fc.nat({ max: 100 });
    fc.assert(
      fc.property(part, part, part, part, (input, cachedInput, cacheWrite, output) => {
        const request = { tiers: ['default', 'priority'], cacheWrites: 'unstated' as const };
        const bound = upperBound(price, { ...request, inputTokens: 300, outputTokens: 100 });
        const usage = used({ input, cachedInput, cacheWrite, output });
        const { charged } = settle(usage, { openTier: ['tier'], openWrites: cacheWrite }, request);
        expect(bound.status === 'priced' && (charged.usd ?? 0) <= bound.micros).toBe(true);
      }),
    );
  });
});
