import OpenAI, { NotFoundError } from 'openai';
import { expect, it } from 'vitest';
import { API_LISTS } from '../../../gateway/model-calls/upstreams.js';
import { createSandboxUpstream } from '../../../gateway/sandbox/upstream.js';
import { delegate, gatewayUnderTest, leafBalance, modelUpstream } from '../harness.js';
import { SHIPPED } from '../model-calls/rig.js';

it('a response through the gateway is for who made it and those below, plain and streamed', async () => {
  const gateway = gatewayUnderTest({
    modelUpstreams: [
      modelUpstream({
        apis: new Set(API_LISTS.sandbox),
        models: [{ name: '', prefix: true }],
        upstream: createSandboxUpstream(),
      }),
    ],
    prices: () => SHIPPED,
  });
  const as = (apiKey: string) =>
    new OpenAI({
      apiKey,
      baseURL: 'http://gateway.test/v1',
      maxRetries: 0,
      fetch: async (url, init) => gateway.app.request(String(url), init),
    });
  const root = await gateway.mint('5usd');
  const maker = delegate(root, 'maker', '2usd');
  const made = await as(maker).responses.create({ model: 'gpt-5', input: 'Hello' });
  const before = (await leafBalance(gateway, maker)).spent;
  for (const macaroon of [maker, delegate(maker, 'below', '1usd')]) {
    expect(await as(macaroon).responses.retrieve(made.id)).toMatchObject({ id: made.id });
  }
  for (const macaroon of [root, delegate(root, 'sibling', '1usd')]) {
    await expect(as(macaroon).responses.retrieve(made.id)).rejects.toThrow(NotFoundError);
  }
  const types: string[] = [];
  const stream = await as(maker).responses.retrieve(made.id, { stream: true });
  for await (const { type } of stream) types.push(type);
  expect(types.at(-1)).toBe('response.completed');
  await as(maker).responses.delete(made.id);
  await expect(as(maker).responses.retrieve(made.id)).rejects.toThrow(NotFoundError);
  const { spent } = await leafBalance(gateway, maker);
  expect([spent['usd'], spent['tokens']]).toEqual([before['usd'], before['tokens']]);
});
