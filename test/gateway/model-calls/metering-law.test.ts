import { describe, expect, it } from 'vitest';
import { planUsage } from '../../../gateway/model-calls/usage-plan.js';
import type { ModelRequest } from '../../../gateway/providers/request.js';
import { costOf, upperBound } from '../../../src/pricing/models/index.js';
import { NO_USAGE, totalTokens, type Usage } from '../../../src/pricing/usage.js';
import { fc, runs } from '../../support/property.js';
import { read } from '../providers/support.js';
import { cutAt, positions, toBytes } from '../stream/bytes.js';
import { pricesWith, sse } from './answering.js';

const FIGURES = { input: 3, cachedInput: 0.3, cacheWrite: 3.75, cacheWriteLong: 6, output: 15 };
const PRIORITY = { input: 6, cachedInput: 0.6, cacheWrite: 7.5, cacheWriteLong: 12, output: 30 };
const WINDOW = { contextWindow: 100_000, maxOutput: 10_000 };
const LINES = {
  asked: { ...FIGURES, ...WINDOW, tiers: { priority: PRIORITY, fast: PRIORITY } },
  'asked-pro': {
    ...PRIORITY,
    output: 90,
    ...WINDOW,
    tiers: { priority: PRIORITY, fast: PRIORITY },
  },
  'asked-nano': {
    ...FIGURES,
    input: 0.1,
    output: 0.2,
    ...WINDOW,
    tiers: { priority: FIGURES, fast: FIGURES },
  },
};
const PRICES = pricesWith(
  Object.fromEntries(
    Object.entries(LINES).map(([name, line]) => [
      name,
      { ...line, serverTools: { web_search: { per1000: 10 } } },
    ]),
  ),
);

/** What really happened at the provider. */
interface Truth {
  readonly model: keyof typeof LINES | 'unlisted';
  readonly usage: Usage;
}

const count = fc.nat({ max: 300 });
const truth: fc.Arbitrary<Truth> = fc.record({
  model: fc.constantFrom('asked', 'asked', 'asked-pro', 'asked-nano', 'unlisted'),
  usage: fc.record({
    input: count,
    cachedInput: count,
    cacheWrite: count,
    cacheWriteLong: count,
    output: count,
    reasoning: count,
    serverTools: fc.constantFrom({}, { web_search: 2 }),
    tier: fc.constantFrom('default', 'priority'),
  }),
});

/** How the answer tells of it: what it leaves out, what it says twice, and wrongly before. */
const telling = fc.record({
  isStream: fc.boolean(),
  saysModel: fc.boolean(),
  saysTier: fc.boolean(),
  saysLives: fc.boolean(),
  saysTotal: fc.boolean(),
  listsItems: fc.boolean(),
  streamsItems: fc.boolean(),
  early: fc.constantFrom<'none' | 'null' | 'empty' | 'part' | 'less' | 'wrong'>(
    'none',
    'null',
    'empty',
    'part',
    'less',
    'wrong',
  ),
  zeroInput: fc.boolean(),
  unread: fc.boolean(),
  statesCost: fc.boolean(),
  done: fc.boolean(),
});
type Telling = typeof telling extends fc.Arbitrary<infer T> ? T : never;

function micros({ model, usage }: Truth): number | undefined {
  const price = PRICES.find(model);
  const cost = price && costOf(price, usage);
  return cost?.status === 'priced' ? cost.micros : undefined;
}

function wire(names: readonly [string, string], truth: Truth, how: Telling): object {
  const { usage } = truth;
  const input = usage.input + usage.cachedInput + usage.cacheWrite + usage.cacheWriteLong;
  const output = usage.output + usage.reasoning;
  const lives = {
    ephemeral_5m_input_tokens: usage.cacheWrite,
    ephemeral_1h_input_tokens: usage.cacheWriteLong,
  };
  const isChat = names[0] === 'prompt_tokens';
  const cost = micros(truth);
  return {
    [names[0]]: input,
    [names[1]]: output,
    ...(how.saysTotal ? { total_tokens: input + output } : {}),
    [isChat ? 'prompt_tokens_details' : 'input_tokens_details']: {
      cached_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrite + usage.cacheWriteLong,
      ...(how.saysLives ? { cache_creation: lives } : {}),
    },
    [isChat ? 'completion_tokens_details' : 'output_tokens_details']: {
      reasoning_tokens: usage.reasoning,
    },
    ...(how.unread ? { citation_tokens: 7 } : {}),
    ...(how.statesCost && cost !== undefined ? { cost: cost / 1e6 } : {}),
  };
}

function earlier(names: readonly [string, string], how: Telling): unknown {
  const [input, output] = names;
  switch (how.early) {
    case 'none':
    case 'null':
      return null;
    case 'empty':
      return {};
    case 'part':
      return { [input]: 1 };
    case 'less':
      return { [input]: 1, [output]: 0 };
    case 'wrong':
      return { [input]: -1, [output]: 0 };
  }
}

/** The text of an answer of each API. */
const SAYS: Readonly<
  Record<'chat' | 'responses' | 'messages', (truth: Truth, how: Telling) => string>
> = {
  chat: (truth, how) => {
    const names = ['prompt_tokens', 'completion_tokens'] as const;
    const runsOf = truth.usage.serverTools['web_search'];
    const tools = runsOf === undefined ? {} : { server_tool_use: { web_search_requests: runsOf } };
    const usage = { ...wire(names, truth, how), ...tools };
    const beside = {
      ...(how.saysModel ? { model: truth.model } : {}),
      ...(how.saysTier ? { service_tier: truth.usage.tier } : {}),
    };
    if (!how.isStream) return JSON.stringify({ ...beside, choices: [], usage });
    const first = { ...beside, choices: [{ delta: {} }], usage: earlier(names, how) };
    const last = { ...beside, choices: [{ delta: {}, finish_reason: 'stop' }], usage };
    return sse([first, last, ...(how.done ? ['[DONE]'] : [])]).join('');
  },
  responses: (truth, how) => {
    const items = Array.from({ length: truth.usage.serverTools['web_search'] ?? 0 }, (_, n) => ({
      type: 'web_search_call',
      id: `ws_${n}`,
      action: { type: 'search' },
    }));
    const isListed = how.listsItems || !how.streamsItems || !how.isStream;
    const response = {
      id: 'resp_1',
      ...(how.saysModel ? { model: truth.model } : {}),
      ...(how.saysTier ? { service_tier: truth.usage.tier } : { service_tier: 'auto' }),
      output: isListed ? items : [],
      usage: wire(['input_tokens', 'output_tokens'], truth, how),
    };
    if (!how.isStream) return JSON.stringify(response);
    const streamed = how.streamsItems ? items : [];
    return sse([
      ...streamed.map((item) => ({ type: 'response.output_item.done', item })),
      { type: 'response.completed', response },
    ]).join('');
  },
  messages: (truth, how) => {
    const { usage } = truth;
    const lives = {
      ephemeral_5m_input_tokens: usage.cacheWrite,
      ephemeral_1h_input_tokens: usage.cacheWriteLong,
    };
    const cost = micros(truth);
    const said = {
      input_tokens: usage.input,
      cache_read_input_tokens: usage.cachedInput,
      cache_creation_input_tokens: usage.cacheWrite + usage.cacheWriteLong,
      ...(how.saysLives ? { cache_creation: lives } : {}),
      output_tokens: usage.output + usage.reasoning,
      server_tool_use: { web_search_requests: usage.serverTools['web_search'] ?? 0 },
      ...(how.saysTier ? { service_tier: usage.tier === 'default' ? 'standard' : usage.tier } : {}),
      ...(how.unread ? { citation_tokens: 7 } : {}),
      ...(how.statesCost && cost !== undefined ? { cost: cost / 1e6 } : {}),
    };
    const model = how.saysModel ? { model: truth.model } : {};
    if (!how.isStream)
      return JSON.stringify({ ...model, content: [], stop_reason: 'end_turn', usage: said });
    const last = how.zeroInput
      ? {
          input_tokens: 0,
          cache_read_input_tokens: 0,
          cache_creation_input_tokens: 0,
          output_tokens: said.output_tokens,
          server_tool_use: said.server_tool_use,
        }
      : { output_tokens: said.output_tokens, server_tool_use: said.server_tool_use };
    return sse([
      {
        type: 'message_start',
        message: { ...model, usage: { ...said, output_tokens: Math.min(1, said.output_tokens) } },
      },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last },
    ]).join('');
  },
};

const BODIES = {
  chat: { model: 'asked', max_tokens: 1_000, messages: [{ role: 'user', content: 'Hi' }] },
  responses: { model: 'asked', max_output_tokens: 1_000, input: 'Hi' },
  messages: { model: 'asked', max_tokens: 1_000, messages: [{ role: 'user', content: 'Hi' }] },
} as const;

describe.each(['chat', 'responses', 'messages'] as const)(
  '%s: whatever an answer leaves out',
  (api) => {
    it('no less is charged than was billed; no more than the hold, unless the answer says more', () => {
      fc.assert(
        fc.property(truth, telling, positions, (given, how, cuts) => {
          const price = PRICES.find('asked');
          if (price === undefined) throw new Error('no line');
          // A model that is not named can only be the one that was asked for.
          const model = how.saysModel ? given.model : 'asked';
          // What is not said of a search on chat completions and messages is said by its count.
          const real: Truth = { ...given, model };
          const request: ModelRequest = {
            ...read(api, BODIES[api]),
            inputTokens: 1_200,
            cacheWrites: 'long',
            tiers: ['default', 'priority'],
            serverTools: { web_search: 2 },
            textBytes: 0,
          };
          const plan = planUsage({
            api,
            request,
            price,
            find: PRICES.find,
            isUnpriced: false,
            outputTokens: 1_000,
            credits: undefined,
          });
          const bound = upperBound(price, {
            inputTokens: 1_200,
            outputTokens: 1_000,
            cacheWrites: 'long',
            tiers: request.tiers,
            serverTools: request.serverTools,
          });
          if (bound.status !== 'priced') throw new Error(bound.status);
          const held = { calls: 1_000_000, usd: bound.micros, tokens: 2_200_000_000 };
          const meter = plan.openMeter();
          for (const piece of cutAt(toBytes(SAYS[api](real, how)), cuts)) meter.push(piece);
          meter.end();
          const { charged, how: read_ } = plan.settle(meter.reading(), meter.facts(), held);
          const billed = micros(real);
          if (billed === undefined) expect(charged.usd).toBeGreaterThanOrEqual(held.usd);
          else expect(charged.usd).toBeGreaterThanOrEqual(billed);
          expect(charged.tokens).toBeGreaterThanOrEqual(totalTokens(real.usage) * 1e6);
          if (model === 'asked' || model === 'asked-nano') {
            expect(charged.usd).toBeLessThanOrEqual(held.usd);
          }
          if (model === 'unlisted') expect(['other_model', 'malformed']).toContain(read_);
          if (how.unread) expect(charged.usd).toBeGreaterThanOrEqual(held.usd);
          else if (how.saysTier && how.saysLives && model === 'asked') {
            expect([read_, charged.usd]).toEqual(['read', billed]);
          }
        }),
        { numRuns: runs(400) },
      );
    });
  },
);

it('nothing of an answer that is no usage at all is charged less than the hold', () => {
  const price = PRICES.find('asked');
  if (price === undefined) throw new Error('no line');
  const held = { calls: 1_000_000, usd: 500, tokens: 1_000_000 };
  fc.assert(
    fc.property(
      fc.constantFrom('chat', 'responses', 'messages', 'embeddings'),
      fc.jsonValue(),
      (api, usage) => {
        const body = api === 'embeddings' ? { model: 'asked', input: 'Hi' } : BODIES[api];
        const request = read(api, body);
        const terms = { request, price, find: PRICES.find, isUnpriced: false, outputTokens: 9 };
        const plan = planUsage({ ...terms, api, credits: undefined });
        const meter = plan.openMeter();
        meter.push(toBytes(JSON.stringify({ usage })));
        meter.end();
        const settled = plan.settle(meter.reading(), meter.facts(), held);
        if (settled.how === 'read') expect(settled.usage).toBeDefined();
        else expect(settled.charged.usd).toBeGreaterThanOrEqual(held.usd);
      },
    ),
    { numRuns: runs(500) },
  );
  expect(NO_USAGE.tier).toBe('default');
});
