import { describe, expect, it } from 'vitest';
import { createModelPriceList } from '../../../src/pricing/models/index.js';
import {
  bearer,
  errorOf,
  type GatewayUnderTest,
  gatewayUnderTest,
  leafBalance,
  modelUpstream,
} from '../harness.js';
import { SHIPPED } from './rig.js';

const MODELS = ['gpt-', 'davinci-', 'tts-', 'omni-', 'dall-', 'o'];

/** A gateway whose upstream serves OpenAI's models, at the prices that ship. */
function withPrices(prices = SHIPPED) {
  const { upstream } = gatewayUnderTest();
  const models = MODELS.map((name) => ({ name, prefix: true }));
  const gateway = gatewayUnderTest({
    modelUpstreams: [modelUpstream({ models, upstream })],
    prices: () => prices,
  });
  return { ...gateway, upstream };
}

function post({ app }: GatewayUnderTest, path: string, macaroon: string, body: object) {
  return app.request(`/v1${path}`, {
    method: 'POST',
    headers: { ...bearer(macaroon), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** What reached the upstream. */
function sentBody({ upstream }: Pick<GatewayUnderTest, 'upstream'>): Record<string, unknown> {
  return JSON.parse(Buffer.from(upstream.seen.at(-1)?.body ?? []).toString());
}

const microsOf = async (gateway: GatewayUnderTest, macaroon: string) =>
  Math.round(((await leafBalance(gateway, macaroon)).spent['usd'] ?? 0) * 1_000_000);

describe('POST /v1/completions', () => {
  const PROMPT = { model: 'gpt-3.5-turbo-instruct', prompt: 'Say this is a test' };
  const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
  const answer = { object: 'text_completion', choices: [{ index: 0, text: 'This is.' }], usage };

  it('is charged by its usage, to the micro-dollar', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    gateway.upstream.answer = () => ({ status: 200, body: JSON.stringify(answer) });
    const response = await post(gateway, '/completions', macaroon, PROMPT);
    expect(response.status).toBe(200);
    expect(gateway.upstream.seen[0]?.path).toBe('/completions');
    // 5 at 1.50 and 7 at 2.00.
    expect(await microsOf(gateway, macaroon)).toBe(22);
  });

  it('has a limit written in where it states none', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    await post(gateway, '/completions', macaroon, PROMPT);
    expect(sentBody(gateway)).toMatchObject({ ...PROMPT, max_tokens: 4_096 });
    await post(gateway, '/completions', macaroon, { ...PROMPT, max_tokens: 16 });
    expect(sentBody(gateway)['max_tokens']).toBe(16);
  });

  it('streams, and is asked for the usage that its caller does not see', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    gateway.upstream.answer = () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: [
        `data: ${JSON.stringify({ choices: [{ index: 0, text: 'This is.' }] })}\n\n`,
        `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
        'data: [DONE]\n\n',
      ],
    });
    const response = await post(gateway, '/completions', macaroon, { ...PROMPT, stream: true });
    const text = await response.text();
    expect(sentBody(gateway)['stream_options']).toEqual({ include_usage: true });
    expect(text).toContain('This is.');
    expect(text).not.toContain('prompt_tokens');
    expect(await microsOf(gateway, macaroon)).toBe(22);
  });

  it('whose text is more than its usage can be is charged the hold, but not for an echo', async () => {
    const text = 'word '.repeat(400);
    const charged = [];
    for (const echo of [false, true]) {
      const gateway = withPrices();
      const macaroon = await gateway.mint('1usd');
      const short = { ...usage, completion_tokens: 1, total_tokens: 6 };
      const choices = [{ index: 0, text }];
      gateway.upstream.answer = () => ({
        status: 200,
        body: JSON.stringify({ choices, usage: short }),
      });
      const body = { ...PROMPT, max_tokens: 100, echo };
      await post(gateway, '/completions', macaroon, body);
      charged.push(await microsOf(gateway, macaroon));
    }
    const [held = 0, echoed] = charged;
    expect(held).toBeGreaterThan(200);
    expect(echoed).toBe(10);
  });

  it('holds each answer to each prompt', async () => {
    const gateway = withPrices();
    const body = { ...PROMPT, prompt: ['a', 'b'], best_of: 5, max_tokens: 1_000 };
    // 10 × 1000 at 2.00 are 0.02 USD.
    const refused = await post(gateway, '/completions', await gateway.mint('0.02usd'), body);
    expect(refused.status).toBe(402);
    const taken = await post(gateway, '/completions', await gateway.mint('0.022usd'), body);
    expect(taken.status).toBe(200);
  });
});

describe('POST /v1/moderations and /v1/responses/input_tokens', () => {
  it.each([
    ['/moderations', { input: 'x' }],
    ['/moderations', { input: ['x'], model: 'omni-moderation-latest' }],
    ['/responses/input_tokens', { model: 'gpt-5-mini', input: 'x', tools: [{ type: 'mcp' }] }],
  ])('%s is free: %j', async (path, body) => {
    const gateway = withPrices();
    const macaroon = await gateway.mint(['1usd', '1', '1tokens', '1calls']);
    const response = await post(gateway, path, macaroon, body);
    expect(response.status).toBe(200);
    expect(sentBody(gateway)).toEqual(body);
    expect((await leafBalance(gateway, macaroon)).spent).toMatchObject({
      calls: 1,
      credits: 0,
      usd: 0,
      tokens: 0,
    });
    expect((await post(gateway, path, macaroon, body)).status).toBe(402);
  });

  it('keeps to the tools of its macaroon', async () => {
    const gateway = withPrices();
    const response = await post(gateway, '/moderations', await gateway.mint('1', 'gpt-4o'), {
      input: 'x',
    });
    expect((await errorOf(response)).error.code).toBe('tool_not_allowed');
  });
});

describe('POST /v1/images/generations', () => {
  const BODY = { model: 'gpt-image-1-mini', prompt: 'A macaroon' };
  const usage = {
    input_tokens: 10,
    output_tokens: 272,
    total_tokens: 282,
    input_tokens_details: { text_tokens: 10, image_tokens: 0 },
  };

  it('by tokens is charged by its usage', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    const body = JSON.stringify({ created: 1, data: [{ b64_json: 'AAAA' }], usage });
    gateway.upstream.answer = () => ({ status: 200, body });
    expect((await post(gateway, '/images/generations', macaroon, BODY)).status).toBe(200);
    expect(sentBody(gateway)).toEqual(BODY);
    // 10 at 2.00 and 272 at 8.00.
    expect(await microsOf(gateway, macaroon)).toBe(2_196);
  });

  it('streams, and the event of the finished image says what it was', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    gateway.upstream.answer = () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      body: [
        'event: image_generation.partial_image\n',
        `data: ${JSON.stringify({ type: 'image_generation.partial_image', b64_json: 'AA' })}\n\n`,
        'event: image_generation.completed\n',
        `data: ${JSON.stringify({ type: 'image_generation.completed', b64_json: 'AA', usage })}\n\n`,
      ],
    });
    const asked = { ...BODY, stream: true, partial_images: 1 };
    await (await post(gateway, '/images/generations', macaroon, asked)).text();
    expect(await microsOf(gateway, macaroon)).toBe(2_196);
  });

  it.each([
    ['says nothing', undefined],
    ['counts images that came in', { ...usage, input_tokens_details: { image_tokens: 10 } }],
  ])('whose answer %s is charged the hold', async (_what, said) => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    gateway.upstream.answer = () => ({ status: 200, body: JSON.stringify({ usage: said }) });
    await post(gateway, '/images/generations', macaroon, BODY);
    // The most that an image can be, 6500 at 8.00, and its prompt.
    expect(await microsOf(gateway, macaroon)).toBeGreaterThan(52_000);
  });

  it('holds as many as are asked for', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('0.2usd');
    const asked = async (n: number) =>
      (await post(gateway, '/images/generations', macaroon, { ...BODY, n })).status;
    expect(await asked(4)).toBe(402);
    expect(await asked(3)).toBe(200);
  });

  it('by the piece costs so many pieces, known before', async () => {
    const origin = { source: 's', date: '2026-12-01' };
    const rates = {
      bands: [{ aboveInputTokens: 0 }] as const,
      perImage: 40_000_000_000,
      perRequest: undefined,
      origin,
    };
    const price = {
      pattern: 'dall-e-3',
      tiers: new Map([['default', rates]]),
      serverTools: new Map(),
      contextWindow: undefined,
      maxOutput: undefined,
      origin,
    };
    const gateway = withPrices(createModelPriceList([{ name: 'dall-e-3', prefix: false, price }]));
    const macaroon = await gateway.mint('0.1usd');
    const asked = (n: number) =>
      post(gateway, '/images/generations', macaroon, { model: 'dall-e-3', prompt: 'x', n });
    expect((await asked(3)).status).toBe(402);
    const response = await asked(2);
    expect(response.headers.get('x-bursar-cost')).toContain('0.08 usd');
    expect(await microsOf(gateway, macaroon)).toBe(80_000);
    // Its answer would not tell that four were billed.
    const body = { model: 'dall-e-3', prompt: 'x', num_images: 4 };
    const refused = await post(gateway, '/images/generations', await gateway.mint('1usd'), body);
    expect((await errorOf(refused)).error).toMatchObject({
      code: 'price_unknown',
      message: expect.stringMatching(/^num_images: .*requests\.fields\.$/),
    });
  });

  it('of a model that nothing bounds is refused, and says so', async () => {
    const gateway = withPrices();
    const response = await post(gateway, '/images/generations', await gateway.mint('1usd'), {
      model: 'gpt-4o-2024-05-13',
      prompt: 'x',
    });
    // A model of text has a most output, and the provider is to refuse it.
    expect(response.status).toBe(200);
    const unpriced = await post(gateway, '/images/generations', await gateway.mint('1usd'), {
      model: 'gpt-image-9',
      prompt: 'x',
    });
    expect((await errorOf(unpriced)).error).toMatchObject({
      code: 'price_unknown',
      param: 'model',
    });
  });
});

describe('POST /v1/audio/speech', () => {
  const BODY = { model: 'tts-1', input: 'Hello, Wörld!', voice: 'alloy' };

  it('costs so many characters, and its sound passes as it is', async () => {
    const gateway = withPrices();
    const macaroon = await gateway.mint('1usd');
    gateway.upstream.answer = () => ({
      status: 200,
      headers: { 'content-type': 'audio/mpeg' },
      body: 'ID3 sound',
    });
    const response = await post(gateway, '/audio/speech', macaroon, BODY);
    expect([response.status, await response.text()]).toEqual([200, 'ID3 sound']);
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    // 13 characters at 15.00 a million.
    expect(await microsOf(gateway, macaroon)).toBe(195);
  });

  it('is refused before it is sent where it does not fit', async () => {
    const gateway = withPrices();
    const input = 'x'.repeat(4_096);
    const response = await post(gateway, '/audio/speech', await gateway.mint('0.06usd'), {
      ...BODY,
      input,
    });
    expect(response.status).toBe(402);
    expect(gateway.upstream.seen).toEqual([]);
  });

  it('that is billed by its tokens has no price, and is told why', async () => {
    const gateway = withPrices();
    const response = await post(gateway, '/audio/speech', await gateway.mint('1usd'), {
      ...BODY,
      model: 'gpt-4o-mini',
    });
    const { error } = await errorOf(response);
    expect([response.status, error.code]).toEqual([422, 'price_unknown']);
    expect(error.message).toMatch(/perMillionCharacters.*does not say how many it was/);
    const credits = await post(gateway, '/audio/speech', await gateway.mint('1'), {
      ...BODY,
      model: 'gpt-4o-mini',
    });
    expect(credits.status).toBe(200);
  });

  it('a chat of a model that speaks has no price', async () => {
    const gateway = withPrices();
    const response = await post(gateway, '/chat/completions', await gateway.mint('1usd'), {
      model: 'tts-1',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect((await errorOf(response)).error.code).toBe('price_unknown');
  });
});
