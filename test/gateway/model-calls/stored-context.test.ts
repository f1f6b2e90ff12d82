import { describe, expect, it } from 'vitest';
import { ANTHROPIC_APIS, OPENAI_APIS } from '../../../gateway/model-calls/upstreams.js';
import { bearer, delegate, gatewayUnderTest, leafBalance, modelUpstream } from '../harness.js';
import { SHIPPED } from './rig.js';

const GPT = 'gpt-5-mini';
const CLAUDE = 'claude-sonnet-4-5';

function gateway() {
  const made = gatewayUnderTest({ prices: () => SHIPPED });
  const under = gatewayUnderTest({
    prices: () => SHIPPED,
    modelUpstreams: [
      modelUpstream({
        models: [{ name: '', prefix: true }],
        apis: new Set([...OPENAI_APIS, ...ANTHROPIC_APIS]),
        upstream: made.upstream,
      }),
    ],
  });
  return { ...under, provider: made.upstream };
}
type Gateway = ReturnType<typeof gateway>;

function post({ app }: Gateway, macaroon: string, path: string, body: object) {
  return app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(macaroon) },
    body: JSON.stringify(body),
  });
}

const USAGE = { input_tokens: 900, output_tokens: 100, total_tokens: 1_000 };
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: GPT,
  service_tier: 'default',
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [] },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hi' }],
    },
  ],
  usage: USAGE,
};
const answering = (g: Gateway, body: object) => {
  g.provider.answer = () => ({ status: 200, body: JSON.stringify(body) });
};
const first = { model: GPT, input: 'x'.repeat(900), max_output_tokens: 200 };
const next = { ...first, input: 'and?', previous_response_id: 'resp_1' };

/** What a call held, in whole dollars, while it was under way. */
async function heldBy(g: Gateway, macaroon: string, path: string, body: object): Promise<number> {
  let held = Number.NaN;
  const answer = g.provider.answer;
  g.provider.answer = async (request) => {
    held = (await leafBalance(g, macaroon)).held['usd'] ?? Number.NaN;
    return answer(request);
  };
  const response = await post(g, macaroon, path, body);
  expect(response.status).toBe(200);
  return held;
}

describe('a response that a request goes on from', () => {
  it('is held by what it used, and by the whole window before anybody has seen it', async () => {
    const g = gateway();
    answering(g, RESPONSE);
    const macaroon = await g.mint('100usd');
    const unseen = await heldBy(g, macaroon, '/v1/responses', {
      ...next,
      previous_response_id: 'resp_0',
    });
    answering(g, RESPONSE);
    await post(g, macaroon, '/v1/responses', first);
    const seen = await heldBy(g, macaroon, '/v1/responses', next);
    expect(unseen).toBeGreaterThan(0.09);
    expect(seen).toBeLessThan(0.002);
  });

  it('is for the account that made it and those below it, and 404 for others', async () => {
    const g = gateway();
    answering(g, RESPONSE);
    const root = await g.mint('100usd');
    const maker = delegate(root, 'maker', '50usd');
    const below = delegate(maker, 'below', '10usd');
    const sibling = delegate(root, 'sibling', '50usd');
    await post(g, maker, '/v1/responses', first);
    expect((await post(g, below, '/v1/responses', next)).status).toBe(200);
    for (const other of [sibling, root]) {
      const refused = await post(g, other, '/v1/responses', next);
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({
        error: { code: 'stored_unknown', param: 'previous_response_id' },
      });
    }
  });

  it('is not remembered where the provider does not keep it; its reasoning is', async () => {
    const g = gateway();
    answering(g, RESPONSE);
    const macaroon = await g.mint('100usd');
    await post(g, macaroon, '/v1/responses', { ...first, store: false });
    expect(await heldBy(g, macaroon, '/v1/responses', next)).toBeGreaterThan(0.09);
    answering(g, RESPONSE);
    const echoed = { ...first, input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] };
    expect(await heldBy(g, macaroon, '/v1/responses', echoed)).toBeLessThan(0.002);
  });
});

describe('a thread', () => {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: CLAUDE,
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 500, output_tokens: 20, service_tier: 'standard' },
  };
  const asked = { model: CLAUDE, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  const goOn = { ...asked, thread: { type: 'continue', previous_message_id: 'msg_1' } };

  it('goes on from what was seen; otherwise the SDK is told to send all of it again', async () => {
    const g = gateway();
    answering(g, message);
    const macaroon = await g.mint('100usd');
    const lost = await post(g, macaroon, '/v1/messages', goOn);
    expect(lost.status).toBe(404);
    expect(await lost.json()).toMatchObject({
      type: 'error',
      error: { type: 'not_found_error', details: { error_code: 'thread_not_found' } },
    });
    await post(g, macaroon, '/v1/messages', { ...asked, thread: { type: 'create' } });
    expect(await heldBy(g, macaroon, '/v1/messages', goOn)).toBeLessThan(0.01);
  });
});

describe('what is remembered of a response', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const searched = {
    ...RESPONSE,
    output: [{ ...search, action: { type: 'search', query: 'q' } }],
    usage: { input_tokens: 50_000, output_tokens: 100, total_tokens: 50_100 },
  };

  it('has what its tools found, where an item stands for it', async () => {
    const g = gateway();
    answering(g, searched);
    const macaroon = await g.mint('100usd');
    const tools = [{ type: 'web_search' }];
    await post(g, macaroon, '/v1/responses', { ...first, tools, max_tool_calls: 1 });
    answering(g, RESPONSE);
    const held = await heldBy(g, macaroon, '/v1/responses', { ...first, input: [search] });
    // 50,100 tokens at 0.25 a million.
    expect(held).toBeGreaterThan(0.0125);
    expect(held).toBeLessThan(0.02);
  });

  it('is nothing where a part of the input can have been left out', async () => {
    const g = gateway();
    answering(g, RESPONSE);
    const macaroon = await g.mint('100usd');
    await post(g, macaroon, '/v1/responses', { ...first, truncation: 'auto' });
    expect(await heldBy(g, macaroon, '/v1/responses', next)).toBeGreaterThan(0.09);
  });

  it('says nothing to another model, which counts otherwise', async () => {
    const g = gateway();
    answering(g, RESPONSE);
    const macaroon = await g.mint('100usd');
    await post(g, macaroon, '/v1/responses', first);
    answering(g, { ...RESPONSE, model: 'gpt-4o-mini' });
    const other = { ...next, model: 'gpt-4o-mini' };
    expect(await heldBy(g, macaroon, '/v1/responses', other)).toBeGreaterThan(0.018);
  });
});
