import { describe, expect, it } from 'vitest';
import { createModelPriceList } from '../../../src/pricing/models/index.js';
import { price, rates } from './fixture.js';

const line = (name: string, prefix: boolean) => ({
  name,
  prefix,
  price: { ...price({ default: rates([{ aboveInputTokens: 0, input: 1 }]) }), pattern: name },
});

describe('a price list', () => {
  const list = createModelPriceList([
    line('gpt-', true),
    line('gpt-4o', false),
    line('gpt-4o-', true),
    line('gpt-4o-mini', false),
  ]);

  it.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4o-mini', 'gpt-4o-mini'],
    ['gpt-4o-2024-08-06', 'gpt-4o-'],
    ['gpt-4o-', 'gpt-4o-'],
    ['gpt-4', 'gpt-'],
    ['GPT-4o', undefined],
    ['gpt', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('has for %s the line %s', (model, pattern) => {
    expect(list.find(model)?.pattern).toBe(pattern);
  });

  it('takes the empty prefix for every name', () => {
    const all = createModelPriceList([line('', true), line('a', false)]);
    expect(all.find('a')?.pattern).toBe('a');
    expect(all.find('anything')?.pattern).toBe('');
  });
});
