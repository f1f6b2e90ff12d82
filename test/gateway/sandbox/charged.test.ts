import { describe, expect, it } from 'vitest';
import { API_LISTS } from '../../../gateway/model-calls/upstreams.js';
import { createSandboxUpstream } from '../../../gateway/sandbox/upstream.js';
import { bearer, gatewayUnderTest, leafBalance, modelUpstream } from '../harness.js';
import { SHIPPED } from '../model-calls/rig.js';

/** The sandbox behind the gateway, at the prices that ship, as a first minute in USD has it. */
function withSandbox() {
  const upstream = createSandboxUpstream();
  const models = [{ name: '', prefix: true }];
  const apis = new Set(API_LISTS.sandbox);
  return gatewayUnderTest({
    modelUpstreams: [modelUpstream({ name: 'sandbox', apis, models, upstream })],
    prices: () => SHIPPED,
  });
}

const USER = [{ role: 'user', content: 'Hello, use f' }];
const SCHEMA = { type: 'object', properties: { x: { type: 'string' } } };
const TOOLS = [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }];

const CALLS: readonly (readonly [string, object])[] = [
  ['/chat/completions', { model: 'gpt-5', messages: USER, reasoning_effort: 'low' }],
  ['/chat/completions', { model: 'gpt-5', messages: USER, tools: TOOLS, n: 2 }],
  ['/chat/completions', { model: 'gpt-5', messages: USER, max_completion_tokens: 4 }],
  ['/responses', { model: 'gpt-5', input: 'Hello', reasoning: { effort: 'low', summary: 'auto' } }],
  ['/responses', { model: 'gpt-5', input: USER, tools: [{ type: 'function', name: 'f' }] }],
  ['/messages', { model: 'claude-opus-5', max_tokens: 300, messages: USER }],
  [
    '/messages',
    {
      model: 'claude-opus-5',
      max_tokens: 2_000,
      messages: USER,
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      tools: [{ name: 'f', input_schema: SCHEMA }],
    },
  ],
  ['/completions', { model: 'gpt-3.5-turbo-instruct', prompt: ['a', 'b'], n: 2, max_tokens: 16 }],
  ['/images/generations', { model: 'gpt-image-2', prompt: 'A macaroon' }],
];
const PLAIN_ONLY: typeof CALLS = [
  ['/embeddings', { model: 'text-embedding-3-small', input: ['Hello', 'you'] }],
  ['/images/generations', { model: 'gpt-image-2', prompt: 'A macaroon', n: 3 }],
  ['/audio/speech', { model: 'tts-1', input: 'Hello', voice: 'alloy' }],
  ['/moderations', { input: 'Hello' }],
  ['/responses/input_tokens', { model: 'gpt-5', input: 'Hello' }],
  ['/messages/count_tokens', { model: 'claude-opus-5', messages: USER }],
];
const STREAMED: typeof CALLS = CALLS.map(([path, body]) => [path, { ...body, stream: true }]);

describe('what the sandbox answers is charged by its usage, never by the hold', () => {
  it.each([...CALLS, ...STREAMED, ...PLAIN_ONLY])('%s %j', async (path, body) => {
    const gateway = withSandbox();
    const macaroon = await gateway.mint(['5usd', '1calls']);
    const response = await gateway.app.request(`/v1${path}`, {
      method: 'POST',
      headers: { ...bearer(macaroon), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    const { spent, held } = await leafBalance(gateway, macaroon);
    expect([held['usd'], spent['calls']]).toEqual([0, 1]);
    expect(gateway.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
