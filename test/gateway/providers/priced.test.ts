import { describe, expect, it } from 'vitest';
import { boundRequest, boundTokens } from '../../../gateway/providers/bound.js';
import { costOf, upperBound } from '../../../src/pricing/models/index.js';
import { totalTokens, type Usage } from '../../../src/pricing/usage.js';
import { price, rates } from '../../pricing/models/fixture.js';
import { fc, runs } from '../../support/property.js';
import { DEFAULT_RULES, read } from './support.js';

const CONTEXT_WINDOW = 5_000;
const figure = fc.integer({ min: 1, max: 90_000_000 });
const band = (aboveInputTokens: number) =>
  fc.record({
    aboveInputTokens: fc.constant(aboveInputTokens),
    input: figure,
    cachedInput: figure,
    cacheWrite: figure,
    cacheWriteLong: figure,
    output: figure,
    reasoning: figure,
  });
const anyPrice = fc
  .record({ low: band(0), high: band(600), fast: band(0), search: figure })
  .map(({ low, high, fast, search }) =>
    price(
      { default: rates([low, high]), priority: rates([fast]), fast: rates([fast]) },
      { web_search: search },
    ),
  );

const cache = fc.constantFrom(
  {},
  { cache_control: { type: 'ephemeral' } },
  { cache_control: { type: 'ephemeral', ttl: '1h' } },
);
const request = fc
  .record({
    text: fc.string({ maxLength: 200 }),
    limit: fc.integer({ min: 1, max: 400 }),
    n: fc.integer({ min: 1, max: 4 }),
    search: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    cache,
    speed: fc.constantFrom('standard', 'fast'),
    tier: fc.constantFrom('default', 'priority'),
  })
  .chain(({ text, limit, n, search, cache, speed, tier }) => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search', max_uses: search }];
    const content = [{ type: 'text', text, ...cache }];
    return fc.constantFrom(
      read(
        'messages',
        {
          model: 'm',
          max_tokens: limit,
          messages: [{ role: 'user', content }],
          speed,
          ...(search === undefined ? {} : { tools }),
        },
        { rules: DEFAULT_RULES },
      ),
      read(
        'chat',
        {
          model: 'm',
          max_tokens: limit,
          n,
          service_tier: tier,
          messages: [{ role: 'user', content: text }],
        },
        { rules: DEFAULT_RULES },
      ),
      read(
        'responses',
        {
          model: 'm',
          max_output_tokens: limit,
          input: text,
          ...(search === undefined
            ? { previous_response_id: 'r' }
            : { tools: [{ type: 'web_search' }], max_tool_calls: search }),
        },
        { rules: DEFAULT_RULES },
      ),
    );
  });

/** Shares of a whole, each at least 0. */
const shares = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 5, maxLength: 5 });

describe('the hold of a request', () => {
  it('is never below the cost of any usage that the request allows', () => {
    fc.assert(
      fc.property(anyPrice, request, shares, fc.nat(1_000), (figures, request, parts, share) => {
        const limit = request.output.status === 'stated' ? request.output.tokens : 0;
        const bound = boundRequest(request, limit, { ...figures, contextWindow: CONTEXT_WINDOW });
        const held = upperBound(figures, bound);
        const of = (i: number, whole: number) => Math.floor((whole * (parts[i] ?? 0)) / 4_000);
        const writes = bound.cacheWrites;
        const output = Math.floor((bound.outputTokens * bound.choices * share) / 1_000);
        const usage: Usage = {
          input: of(0, bound.inputTokens),
          cachedInput: of(1, bound.inputTokens),
          cacheWrite: writes === 'none' ? 0 : of(2, bound.inputTokens),
          cacheWriteLong: writes === 'long' || writes === 'unstated' ? of(3, bound.inputTokens) : 0,
          output: output - Math.floor(output / 3),
          reasoning: Math.floor(output / 3),
          serverTools: bound.serverTools,
          tier: bound.tiers[share % bound.tiers.length] ?? 'default',
        };
        const cost = costOf(figures, usage);
        expect(totalTokens(usage)).toBeLessThanOrEqual(boundTokens(bound));
        if (held.status !== 'priced' || cost.status !== 'priced') {
          expect.fail(`${JSON.stringify(held)} ${JSON.stringify(cost)}`);
        } else {
          expect(cost.micros).toBeLessThanOrEqual(held.micros);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
