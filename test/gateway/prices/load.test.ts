import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../gateway/config/errors.js';
import { loadPriceList } from '../../../gateway/prices/load.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import { memoryFiles } from '../config/memory-files.js';
import { load } from './fixture.js';

const FULL = `models:
  m:
    aliases: [m-latest, "m-2026-*"]
    input: 2.50
    cachedInput: 0.003625
    cacheWrite: 3.125
    cacheWriteLong: 5
    output: 10
    reasoning: 12
    perImage: 0.04
    perRequest: 0.005
    long:
      - {above: 100000, input: 5, cachedInput: 1, cacheWrite: 6, cacheWriteLong: 10, output: 15, reasoning: 20}
    standardTiers: [standard]
    tiers:
      priority:
        input: 4
        output: 20
        long: [{above: 100000, input: 8, output: 40}]
        source: elsewhere
    serverTools:
      web_search: {per1000: 10}
      fetch: {perRun: 0.000001, date: 2026-11-21}
    contextWindow: 128000
    maxOutput: 16384
    source: https://example.com/pricing
    date: 2026-11-20
`;

describe('a price list in full', () => {
  it('is read to the last digit', () => {
    const origin = { source: 'https://example.com/pricing', date: '2026-11-20' };
    const base = {
      bands: [
        {
          aboveInputTokens: 0,
          input: 2_500_000,
          cachedInput: 3_625,
          cacheWrite: 3_125_000,
          cacheWriteLong: 5_000_000,
          output: 10_000_000,
          reasoning: 12_000_000,
        },
        {
          aboveInputTokens: 100_000,
          input: 5_000_000,
          cachedInput: 1_000_000,
          cacheWrite: 6_000_000,
          cacheWriteLong: 10_000_000,
          output: 15_000_000,
          reasoning: 20_000_000,
        },
      ],
      perImage: 40_000_000_000,
      perRequest: 5_000_000_000,
      origin,
    };
    const priority = {
      bands: [
        { aboveInputTokens: 0, input: 4_000_000, output: 20_000_000 },
        { aboveInputTokens: 100_000, input: 8_000_000, output: 40_000_000 },
      ],
      origin: { ...origin, source: 'elsewhere' },
    };
    const price = load(FULL).find('m');
    expect(price).toEqual({
      pattern: 'm',
      tiers: new Map(Object.entries({ default: base, standard: base, priority })),
      serverTools: new Map(
        Object.entries({
          web_search: { picosPerRun: 10_000_000_000, origin },
          fetch: { picosPerRun: 1_000_000, origin: { ...origin, date: '2026-11-21' } },
        }),
      ),
      contextWindow: 128_000,
      maxOutput: 16_384,
      reasons: false,
      defaultOutput: undefined,
      origin,
    });
  });

  it('says where each figure was read', () => {
    const own = { source: 'ours', date: '2026-11-22' };
    const price = load(`models:
  m:
    input: 1
    tiers: {priority: {aliases: [fast, quick], input: 2}}
    reasons: true
    defaultOutput: 16384
    serverTools:
      a: {perRun: 0, tokensPerRun: 8000}
      b: {perRun: 0, source: theirs, date: 2026-11-21, tokensPerRun: 9}
      c: {perRun: 0, source: theirs, tokensPerRun: 9, tokensSource: guide, tokensDate: 2026-11-20}
      d: {perRun: 0}
    source: ours
    date: 2026-11-22
`).find('m');
    const origins = [...(price?.serverTools.values() ?? [])].map(
      ({ tokensPerRun, tokensOrigin, origin }) => [tokensPerRun, tokensOrigin, origin.source],
    );
    expect(origins).toEqual([
      [8_000, own, 'ours'],
      [9, { source: 'theirs', date: '2026-11-21' }, 'theirs'],
      [9, { source: 'guide', date: '2026-11-20' }, 'theirs'],
      [undefined, undefined, 'ours'],
    ]);
    expect(price?.tiers.get('fast')).toBe(price?.tiers.get('priority'));
    expect(price?.tiers.get('quick')?.bands[0].input).toBe(2_000_000);
    expect(price).toMatchObject({ reasons: true, defaultOutput: 16_384 });
  });

  it('finds a line by each of its names', () => {
    const list = load(FULL);
    const line = list.find('m');
    for (const name of ['m-latest', 'm-2026-08-06']) expect(list.find(name)).toBe(line);
    expect(list.find('m-2025-08-06')).toBeUndefined();
  });
});

describe('a list that extends the shipped one', () => {
  const own = `extends: shipped
models:
  gpt-4o: {input: 1, source: contract, date: 2026-11-22}
  llama: {input: 0, output: 0, source: own machines, date: 2026-11-22}
`;

  it('replaces lines by name, and keeps the others', () => {
    const list = load(own);
    expect(list.find('gpt-4o')?.origin.source).toBe('contract');
    expect(list.find('gpt-4o-2024-08-06')?.origin.source).toBe('shipped');
    expect(list.find('llama')?.tiers.get('default')?.bands[0].input).toBe(0);
  });

  it('stands alone without that line', () => {
    expect(load(own.replace('extends: shipped\n', '')).find('gpt-4o-2024-08-06')).toBeUndefined();
  });

  it('is never the shipped one itself', () => {
    const files = memoryFiles({ [SHIPPED_PRICES]: { text: own } });
    expect(() => loadPriceList(SHIPPED_PRICES, files)).toThrow('expected no such line');
  });

  it('tells the mistakes of the shipped list by its file', () => {
    expect(() => load(own, 'models: []')).toThrow(
      `${SHIPPED_PRICES}:1:9: models: found an empty list`,
    );
  });
});

it('a list that is not there is told so', () => {
  expect(() => loadPriceList('/none.yaml', memoryFiles({}))).toThrow(ConfigError);
  expect(() => loadPriceList('/none.yaml', memoryFiles({}))).toThrow(
    '/none.yaml: found no such file; expected a price list',
  );
});
