import { describe, expect, it } from 'vitest';
import { CONFIG_TEMPLATE } from '../../../gateway/config/template.js';
import { API_LISTS } from '../../../gateway/model-calls/upstreams.js';
import { createSandboxUpstream } from '../../../gateway/sandbox/upstream.js';
import { serve } from '../config/fixture.js';
import { bearer, chat, errorOf, gatewayUnderTest, leafBalance, modelUpstream } from '../harness.js';

/** A gateway with the upstreams of the configuration that `init` writes, and what is off there. */
function withTemplate(env: Record<string, string>) {
  const { upstreams, offUpstreams } = serve({ yaml: CONFIG_TEMPLATE, env }).gateway;
  const sent: string[] = [];
  const modelUpstreams = upstreams.map(({ name, protocol, models }) => {
    const upstream = protocol === 'sandbox' ? createSandboxUpstream() : answeringBy(name, sent);
    return modelUpstream({ name, models, apis: new Set(API_LISTS[protocol]), upstream });
  });
  const priceList = { defaultMicros: 1_000_000, rules: [] };
  return { ...gatewayUnderTest({ modelUpstreams, offUpstreams, priceList }), sent };
}

function answeringBy(name: string, sent: string[]) {
  const { upstream } = gatewayUnderTest();
  upstream.answer = () => {
    sent.push(name);
    return { status: 200, body: '{}' };
  };
  return upstream;
}

const MESSAGE = {
  model: 'claude-opus-5',
  max_tokens: 5,
  messages: [{ role: 'user', content: 'hi' }],
};

describe('with every provider off', () => {
  it('the sandbox answers for all of them', async () => {
    const gateway = withTemplate({});
    const macaroon = await gateway.mint();
    expect((await chat(gateway, macaroon, 'gpt-4o')).status).toBe(200);
    const message = await gateway.app.request('/v1/messages', {
      method: 'POST',
      headers: bearer(macaroon),
      body: JSON.stringify(MESSAGE),
    });
    expect(message.status).toBe(200);
  });
});

describe('with one provider on', () => {
  const on = () => withTemplate({ OPENAI_API_KEY: 'sk-canary-0123456789' });

  it('its models go to it', async () => {
    const gateway = on();
    expect((await chat(gateway, await gateway.mint(), 'gpt-4o')).status).toBe(200);
    expect(gateway.sent).toEqual(['openai']);
  });

  it('a model of another is 404, says why, and costs nothing', async () => {
    const gateway = on();
    const macaroon = await gateway.mint();
    const response = await gateway.app.request('/v1/messages', {
      method: 'POST',
      headers: bearer(macaroon),
      body: JSON.stringify(MESSAGE),
    });
    const { error } = await errorOf(response);
    expect([response.status, error.code, error.param]).toEqual([404, 'not_routed', 'model']);
    expect(error.message).toBe(
      'No upstream serves this model. ' +
        'anthropic serves claude-*, but its apiKey is empty: set ANTHROPIC_API_KEY.',
    );
    expect(gateway.sent).toEqual([]);
    expect((await leafBalance(gateway, macaroon)).spent['calls']).toBe(0);
  });

  it('a model of nobody is 404, and not made up by the sandbox', async () => {
    const gateway = on();
    const response = await chat(gateway, await gateway.mint(), 'llama-4');
    const { error } = await errorOf(response);
    expect(response.status).toBe(404);
    expect(error.message).toBe(
      'No upstream serves this model. sandbox serves every model, but it answers only while ' +
        'every provider is off: openai is on.',
    );
  });
});
