import { describe, expect, it } from 'vitest';
import { ANTHROPIC_APIS, OPENAI_APIS } from '../../gateway/model-calls/upstreams.js';
import { embeddingAnswers } from '../../gateway/providers/openai/answers.js';
import { bearer, gatewayUnderTest, modelUpstream } from '../gateway/harness.js';
import { SHIPPED } from '../gateway/model-calls/rig.js';
import { readPlain } from '../gateway/providers/read.js';
import { ANTHROPIC_MODEL, BETA_TOKEN_COUNT, TOKEN_COUNT } from './anthropic/lists.js';
import { EMBEDDINGS, EMBEDDINGS_BASE64, OPENAI_MODEL } from './openai/lists.js';

describe('answers that no model wrote', () => {
  it.each([EMBEDDINGS, EMBEDDINGS_BASE64])('embeddings are charged by their usage', (answer) => {
    const reading = readPlain(embeddingAnswers, answer);
    expect(reading).toMatchObject({ status: 'read', usage: { input: 5, output: 0 } });
  });

  it.each([TOKEN_COUNT, BETA_TOKEN_COUNT])(
    'a count of tokens passes as it came, and is free',
    async (answer) => {
      const stub = gatewayUnderTest();
      const upstream = stub.upstream;
      upstream.answer = () => ({ status: 200, body: JSON.stringify(answer) });
      const apis = new Set([...OPENAI_APIS, ...ANTHROPIC_APIS]);
      const gateway = gatewayUnderTest({
        prices: () => SHIPPED,
        modelUpstreams: [modelUpstream({ models: [{ name: '', prefix: true }], apis, upstream })],
      });
      const macaroon = await gateway.mint('0.000001usd');
      const response = await gateway.app.request('/v1/messages/count_tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(macaroon) },
        body: JSON.stringify({
          model: 'claude-sonnet-4-5',
          messages: [{ role: 'user', content: 'Hi' }],
        }),
      });
      expect(await response.json()).toEqual(answer);
      expect(response.headers.get('x-bursar-cost')).toContain('0 usd');
    },
  );

  it.each([
    [OPENAI_MODEL, {}],
    [ANTHROPIC_MODEL, { 'anthropic-version': '2023-06-01' }],
  ])('models are listed with the fields by which SDKs tell them', async (model, headers) => {
    const stub = gatewayUnderTest();
    const gateway = gatewayUnderTest({
      prices: () => SHIPPED,
      modelUpstreams: [
        modelUpstream({ models: [{ name: '', prefix: true }], upstream: stub.upstream }),
      ],
    });
    const macaroon = await gateway.mint('1usd');
    const response = await gateway.app.request('/v1/models', {
      headers: { ...headers, ...bearer(macaroon) },
    });
    const { data } = (await response.json()) as { data: Record<string, unknown>[] };
    const told =
      'object' in model
        ? ['id', 'object', 'created', 'owned_by']
        : ['type', 'id', 'display_name', 'created_at'];
    for (const name of told) {
      expect(model).toHaveProperty(name);
      expect(data[0]).toHaveProperty(name);
    }
  });
});
