import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../gateway/config/files.js';
import { loadPriceList } from '../../../gateway/prices/load.js';
import { SHIPPED_PRICES } from '../../../gateway/prices/shipped.js';
import { costOf, type ModelPrice } from '../../../src/pricing/models/index.js';
import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import { LONG_CALLS, NAMES, REASONING, SHORT_CALLS, SPEECHES, TOOL_RUNS } from './shipped-calls.js';

const list = loadPriceList(SHIPPED_PRICES, nodeFiles);
const KINDS = ['input', 'cachedInput', 'cacheWrite', 'cacheWriteLong', 'output'] as const;

function find(model: string): ModelPrice {
  const price = list.find(model);
  if (price === undefined) throw new Error(`expected a price for ${model}`);
  return price;
}

function micros(model: string, usage: Partial<Usage>): number {
  const cost = costOf(find(model), { ...NO_USAGE, ...usage });
  if (cost.status !== 'priced')
    throw new Error(`expected a cost of ${model}: ${JSON.stringify(cost)}`);
  return cost.micros;
}

/** A row of the tables: model, tier, and micro-dollars by kind, `-` for a kind without a figure. */
interface Row {
  readonly model: string;
  readonly tier: string;
  readonly costs: readonly (number | undefined)[];
}

function readRows(table: string): Row[] {
  return table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [model = '', tiers = '', ...texts] = line.trim().split(/\s+/);
      const costs = texts.map((cost) => (cost === '-' ? undefined : Number(cost)));
      return tiers.split(',').map((tier) => ({ model, tier, costs }));
    });
}

describe('10,000 tokens of each kind', () => {
  it.each(readRows(SHORT_CALLS))('$model, $tier', ({ model, tier, costs }) => {
    let together: Partial<Usage> = { tier };
    for (const [i, kind] of KINDS.entries()) {
      const usage = { tier, [kind]: 10_000 };
      const expected = costs[i];
      if (expected === undefined) {
        expect(costOf(find(model), { ...NO_USAGE, ...usage }).status).toBe('unknown');
      } else {
        expect({ kind, micros: micros(model, usage) }).toEqual({ kind, micros: expected });
        together = { ...together, [kind]: 10_000 };
      }
    }
    const sum = costs.reduce<number>((total, cost = 0) => total + cost, 0);
    expect(micros(model, together)).toBe(sum);
    const [, , , , output] = costs;
    if (output !== undefined) expect(micros(model, { tier, reasoning: 10_000 })).toBe(output);
  });
});

describe('400,000 tokens of input, and 10,000 of output beside them', () => {
  it.each(readRows(LONG_CALLS))('$model, $tier', ({ model, tier, costs }) => {
    const [input = 0, , , , output = 0] = costs;
    for (const [i, kind] of KINDS.slice(0, 4).entries()) {
      const expected = costs[i];
      if (expected === undefined) continue;
      const found = micros(model, { tier, [kind]: 400_000 });
      expect({ kind, micros: found }).toEqual({ kind, micros: expected });
    }
    expect(micros(model, { tier, input: 400_000, output: 10_000 })).toBe(input + output);
  });

  it.each([
    ['gpt-6.2-sol', 272_000, 544_000, 1_088_004],
    ['claude-haiku-5-5', 100_000, 10_000, 50_001],
    ['gemini-2.5-pro', 200_000, 250_000, 500_003],
    ['claude-sonnet-4-5', 200_000, 600_000, 1_200_006],
  ])('%s is a long call from %i tokens on', (model, edge, short, long) => {
    expect(micros(model, { input: edge })).toBe(short);
    expect(micros(model, { input: edge + 1 })).toBe(long);
  });
});

it.each(TOOL_RUNS)('1000 runs of $tool on $models', ({ models, tool, cost, tokens }) => {
  for (const model of models) {
    expect(micros(model, { serverTools: { [tool]: 1_000 } })).toBe(cost);
    const rate = find(model).serverTools.get(tool);
    expect(rate?.tokensPerRun).toBe(tokens);
    expect(rate?.tokensOrigin?.source ?? 'none').toMatch(tokens === undefined ? /none/ : /https:/);
  }
});

it('the lines whose models reason say so, and no others', () => {
  const reasoning = list.rules
    .filter(({ price }) => price.reasons)
    .map(({ price }) => price.pattern);
  expect([...new Set(reasoning)].toSorted()).toEqual(REASONING.toSorted());
});

it.each(SPEECHES)('10,000 characters of $model', ({ model, cost }) => {
  expect(costOf(find(model), NO_USAGE, { characters: 10_000 })).toEqual({
    status: 'priced',
    micros: cost,
  });
});

describe('the tables above', () => {
  /** One line a figure of the list itself. */
  const figures = [...new Set(list.rules.map(({ price }) => price))].flatMap((price) => [
    ...[...price.tiers]
      .filter(([tier, rates]) => tier === 'default' || rates !== price.tiers.get('default'))
      .flatMap(([tier, { bands, perImage, perRequest, perCharacter }]) => [
        ...bands.flatMap(({ aboveInputTokens, ...kinds }) =>
          Object.entries(kinds)
            .filter(([, figure]) => figure !== undefined)
            .map(([kind]) => `${price.pattern} ${tier} ${aboveInputTokens > 0} ${kind}`),
        ),
        ...(perImage === undefined ? [] : [`${price.pattern} ${tier} perImage`]),
        ...(perCharacter === undefined ? [] : [`${price.pattern} ${tier} perCharacter`]),
        ...(perRequest === undefined ? [] : [`${price.pattern} ${tier} perRequest`]),
      ]),
    ...[...price.serverTools.keys()].map((tool) => `${price.pattern} ${tool}`),
  ]);
  const tested = [
    ...[SHORT_CALLS, LONG_CALLS].flatMap((table, i) =>
      readRows(table).flatMap(({ model, tier, costs }) =>
        KINDS.filter((_, kind) => costs[kind] !== undefined).map(
          (kind) => `${model} ${tier} ${i === 1} ${kind}`,
        ),
      ),
    ),
    ...SPEECHES.map(({ model }) => `${model} default perCharacter`),
    ...TOOL_RUNS.flatMap(({ models, tool }) => models.map((model) => `${model} ${tool}`)),
  ];

  it('have every figure of the list, and no other', () => {
    expect(tested.toSorted()).toEqual(figures.toSorted());
  });
});

describe('a model by the names that providers know it by', () => {
  it.each(NAMES)('%s costs what %s does', (name, model) => {
    expect(find(name)).toBe(find(model));
  });

  it('standard is another name of the default tier, where a provider says it', () => {
    expect(micros('claude-sonnet-4-20250514', { tier: 'standard', output: 10 })).toBe(150);
    expect(micros('llama-3.3-70b-versatile', { tier: 'on_demand', output: 100 })).toBe(79);
  });

  it.each([
    'gpt-4o-audio-preview',
    'gpt-4o-realtime-preview',
    'gpt-5-mini-pro',
    'gpt-5-mini-codex',
    'claude-opus-6',
    'claude-sonnet-4',
    'GPT-4o',
  ])('%s has no price: it is another model', (name) => {
    expect(list.find(name)).toBeUndefined();
  });
});

it('every line says how much the model takes or puts out, and when its figures were read', () => {
  for (const { price } of list.rules) {
    const { contextWindow, maxOutput, tiers } = price;
    // Speech is billed by its characters, however long it is.
    const isBounded = [...tiers.values()].every(({ perCharacter }) => perCharacter === undefined);
    if (isBounded) expect(contextWindow ?? maxOutput, price.pattern).toBeGreaterThan(0);
    expect(price.origin.date, price.pattern).toMatch(/^2026-/);
    expect(price.origin.source, price.pattern).toMatch(/^https:\/\//);
  }
});
