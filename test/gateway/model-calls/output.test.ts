import { describe, expect, it } from 'vitest';
import { boundCost } from '../../../gateway/model-calls/bound.js';
import { outputRange, stepCost } from '../../../gateway/model-calls/output.js';
import { costAt } from '../../../src/ledger/rules/cost.js';
import { checkCostRange } from '../../../src/ledger/validate/fields.js';
import { MICROS_PER_UNIT } from '../../../src/money/units.js';
import { price, rates } from '../../pricing/models/fixture.js';
import { fc } from '../../support/property.js';
import { read } from '../providers/support.js';

const figure = fc.integer({ min: 0, max: 90_000_000 });
const band = (aboveInputTokens: number) =>
  fc.record({ aboveInputTokens: fc.constant(aboveInputTokens), input: figure, output: figure });
const anyPrice = fc
  .record({ low: band(0), high: band(100), other: band(0), search: figure })
  .map(({ low, high, other, search }) =>
    price({ default: rates([low, high]), priority: rates([other]) }, { web_search: search }),
  );
const anyRequest = fc
  .record({
    content: fc.string({ maxLength: 300 }),
    n: fc.constantFrom(1, 2, 7, 1_024),
    service_tier: fc.constantFrom('default', 'priority'),
  })
  .map(({ content, ...more }) =>
    read('chat', { model: 'm', messages: [{ role: 'user', content }], ...more }),
  );
const settings = fc
  .tuple(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 200_000 }))
  .map(([a, b]) => ({
    defaultOutput: Math.max(a, b),
    leastOutput: Math.min(a, b),
    defaultReasoningOutput: Math.max(a, b),
  }));

describe('what is granted when no maximum is stated', () => {
  it('law: at every step, what is held is no less than what that much output can cost', () => {
    const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(anyRequest, anyPrice, settings, steps, (request, line, given, at) => {
        const output = outputRange(request, line, true, given);
        const bounded = (tokens: number) => ({
          calls: MICROS_PER_UNIT,
          ...boundCost(request, line, tokens).cost,
        });
        const { range, outputAt } = stepCost(output, bounded);
        checkCostRange(range);
        expect(outputAt(0)).toBe(output.least);
        expect(outputAt(range.steps)).toBeLessThanOrEqual(output.most);
        for (const share of [0, ...at, 1]) {
          const step = Math.floor(share * range.steps);
          const held = costAt(range, step);
          const most = bounded(outputAt(step));
          expect(held.usd).toBeGreaterThanOrEqual(most.usd ?? Number.NaN);
          expect(held.tokens).toBe(most.tokens);
        }
      }),
    );
  });

  it('is every token from the least to the most, unless the sums would be too large for that', () => {
    const line = price({ default: rates([{ aboveInputTokens: 0, input: 0, output: 10_000_000 }]) });
    const given = { defaultOutput: 4_096, defaultReasoningOutput: 32_768, leastOutput: 16 };
    const stepsOf = (n: number) => {
      const request = read('chat', { model: 'm', messages: [], n });
      const output = outputRange(request, line, true, given);
      return stepCost(output, (tokens) => boundCost(request, line, tokens).cost).range.steps;
    };
    expect([stepsOf(1), stepsOf(128)]).toEqual([4_080, 4_080]);
    expect(stepsOf(1_024)).toBe(2_040);
  });
});

describe('the output that a call is held for', () => {
  const line = { ...price({ default: rates([{ aboveInputTokens: 0 }]) }), maxOutput: 1_000 };
  const given = { defaultOutput: 4_096, defaultReasoningOutput: 32_768, leastOutput: 16 };
  const chat = (more: object) => read('chat', { model: 'm', messages: [], ...more });
  const range = (least: number, most: number, isWritten: boolean) => ({ least, most, isWritten });

  it('is what the caller states, whatever the model can', () => {
    expect(outputRange(chat({ max_tokens: 5_000 }), line, true, given)).toEqual(
      range(5_000, 5_000, false),
    );
  });

  it('is never more than the model can where nothing on the path is counted by tokens', () => {
    const stated = (tokens: number, of: Parameters<typeof outputRange>[1] = line) =>
      outputRange(chat({ max_tokens: tokens }), of, false, given);
    expect(stated(2_147_483_647)).toEqual(range(1_000, 1_000, false));
    expect(stated(999)).toEqual(range(999, 999, false));
    const unknown = { ...line, maxOutput: undefined };
    expect(stated(5_000, unknown)).toEqual(range(5_000, 5_000, false));
  });

  it('is else written, at most the default and what the model can', () => {
    expect(outputRange(chat({}), line, true, given)).toEqual(range(16, 1_000, true));
    const short = { ...line, maxOutput: 9 };
    expect(outputRange(chat({}), short, true, given)).toEqual(range(9, 9, true));
    const unknown = { ...line, maxOutput: undefined };
    expect(outputRange(chat({}), unknown, true, given)).toEqual(range(16, 4_096, true));
  });

  it('is left to the model where nothing on the path is counted by tokens', () => {
    expect(outputRange(chat({}), line, false, given)).toEqual(range(1_000, 1_000, false));
    const message = read('messages', { model: 'm', messages: [] });
    expect(outputRange(message, line, false, given)).toEqual(range(16, 1_000, true));
  });

  it('is none for embeddings', () => {
    const request = read('embeddings', { model: 'm', input: 'a' });
    expect(outputRange(request, line, true, given)).toEqual(range(0, 0, false));
  });
});
