import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { type ErrorBody, errorOf } from '../harness.js';
import { type Rig, startRig } from './rig.js';

const rigs: Rig[] = [];
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.close())));

async function start(overrides = {}): Promise<Rig> {
  const rig = await startRig({}, overrides);
  rigs.push(rig);
  return rig;
}

const GPT = 'gpt-4o-2024-08-06';
const CLAUDE = 'claude-sonnet-4-20250514';
const messages = [{ role: 'user' as const, content: 'Hello' }];

/** The error of a call that must fail, and how many requests reached the gateway for it. */
async function failure<E extends Error>(
  make: (fetch: typeof globalThis.fetch) => Promise<unknown>,
  kind: new (...args: never[]) => E,
): Promise<{ error: E; requests: number }> {
  let requests = 0;
  const counting: typeof fetch = (...args) => {
    requests += 1;
    return fetch(...args);
  };
  const error = await make(counting).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof kind)) throw new Error(`expected a ${kind.name}, found ${error}`);
  return { error, requests };
}

describe('a spent budget, as the SDKs surface it', () => {
  it.each([true, false])('OpenAI: 402 with its code, once (streamed: %s)', async (stream) => {
    const rig = await start();
    const apiKey = await rig.mint('0.0001usd');
    const { error, requests } = await failure(
      (counted) =>
        new OpenAI({ baseURL: `${rig.url}/v1`, apiKey, fetch: counted }).chat.completions.create({
          model: GPT,
          messages,
          stream,
        }),
      OpenAI.APIError,
    );
    expect(requests).toBe(1);
    expect(error).toMatchObject({ status: 402, code: 'budget_exhausted' });
    expect(error.message).toMatch(/^402 No budget left for this call: main\/\w+ has 0.0001 usd/);
    expect(error.requestID).toMatch(/^req_[0-9a-f]{24}$/);
    expect(rig.provider.seen).toEqual([]);
  });

  it.each([true, false])('Anthropic: 402, a billing_error, once (streamed: %s)', async (stream) => {
    const rig = await start();
    const apiKey = await rig.mint('0.0001usd');
    const { error, requests } = await failure(
      (counted) =>
        new Anthropic({ baseURL: rig.url, apiKey, fetch: counted }).messages.create({
          model: CLAUDE,
          max_tokens: 100,
          messages,
          stream,
        }),
      Anthropic.APIError,
    );
    expect(requests).toBe(1);
    expect(error).toMatchObject({ status: 402, type: 'billing_error' });
    expect(error.message).toContain('No budget left for this call');
    expect(error.requestID).toMatch(/^req_[0-9a-f]{24}$/);
    expect(error.error).toMatchObject({
      type: 'error',
      error: { type: 'billing_error', code: 'budget_exhausted' },
      unit: 'usd',
      remaining: 0.0001,
      held: 0,
    });
    expect(rig.provider.seen).toEqual([]);
  });
});

const ask = async (
  rig: Rig,
  path: string,
  macaroon: string,
  body: object,
  headers = {},
): Promise<Response> =>
  rig.app.request(path, {
    method: 'POST',
    headers: { 'x-api-key': macaroon, ...headers },
    body: JSON.stringify(body),
  });

describe('a stated maximum that can not be afforded', () => {
  const rows = [
    ['/v1/chat/completions', { model: GPT, messages }, 'max_tokens', '1usd'],
    ['/v1/chat/completions', { model: GPT, messages, n: 3 }, 'max_completion_tokens', '1usd'],
    ['/v1/chat/completions', { model: GPT, messages, n: 3 }, 'max_tokens', '5000tokens'],
    ['/v1/responses', { model: GPT, input: 'Hello' }, 'max_output_tokens', '5000tokens'],
    ['/v1/messages', { model: CLAUDE, messages }, 'max_tokens', '1usd'],
  ] as const;
  it.each(rows)(
    '%s: 402 says what could be, and that can (%o, %s, %s)',
    async (path, body, field, budget) => {
      const rig = await start();
      const macaroon = await rig.mint(budget);
      const response = await ask(rig, path, macaroon, { ...body, [field]: 1_000_000 });
      expect(response.status).toBe(402);
      const refused = (await response.json()) as ErrorBody & { affordableOutput: number };
      const most = refused.affordableOutput;
      expect(refused.error.message).toContain(`With ${field} of at most ${most} it would fit`);
      expect(refused.error.param).toBe(field);
      const more = await ask(rig, path, macaroon, { ...body, [field]: most + 1 });
      expect(more.status).toBe(402);
      expect((await ask(rig, path, macaroon, { ...body, [field]: most })).status).toBe(200);
    },
  );

  it('says so when not even no output would fit', async () => {
    const rig = await start();
    const macaroon = await rig.mint('0.00001usd');
    const response = await ask(rig, '/v1/messages', macaroon, {
      model: CLAUDE,
      messages,
      max_tokens: 5,
    });
    expect(response.status).toBe(402);
    expect((await errorOf(response)).error.message).toContain('No output at all would fit.');
  });
});

describe('a call that has no price in what the path limits', () => {
  const flat = { defaultMicros: 1_000_000, rules: [] };
  const unlisted = { model: 'gpt-unlisted', messages };
  it.each(['1usd', '1000tokens'])(
    'is 422 for a model without a line, limited in %s',
    async (budget) => {
      const rig = await start({ priceList: flat });
      const response = await ask(rig, '/v1/chat/completions', await rig.mint(budget), unlisted);
      expect([response.status, (await errorOf(response)).error]).toMatchObject([
        422,
        { code: 'price_unknown', param: 'model' },
      ]);
      expect(rig.provider.seen).toEqual([]);
    },
  );

  it('goes by its credits where only they are limited, its body as it came', async () => {
    const rig = await start({ priceList: flat });
    const body = { ...unlisted, some_field: 1 };
    const response = await ask(rig, '/v1/chat/completions', await rig.mint('5'), body);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-bursar-cost')).toBe('1 credits');
    expect(rig.provider.seen[0]?.body).toEqual(body);
  });

  it('and so does what a priced model is asked for that has no price', async () => {
    const rig = await start({ priceList: flat });
    const body = { model: GPT, messages, web_search_options: {} };
    const limited = await ask(rig, '/v1/chat/completions', await rig.mint(['5', '1usd']), body);
    expect([limited.status, (await errorOf(limited)).error.param]).toEqual([
      422,
      'web_search_options',
    ]);
    const free = await ask(rig, '/v1/chat/completions', await rig.mint('5'), body);
    expect(free.headers.get('x-bursar-cost')).toBe('1 credits');
  });

  it('is 422 where credits are limited and the model has none', async () => {
    const rig = await start();
    const body = { model: GPT, messages };
    const response = await ask(rig, '/v1/chat/completions', await rig.mint('5'), body);
    expect([response.status, (await errorOf(response)).error.code]).toEqual([422, 'price_unknown']);
  });

  it('costs both where both are known', async () => {
    const rig = await start({ priceList: flat });
    const body = { model: GPT, messages };
    const response = await ask(rig, '/v1/chat/completions', await rig.mint(['5', '1usd']), body);
    expect(response.headers.get('x-bursar-cost')).toMatch(
      /^1 credits, 0\.0000\d+ usd, \d+ tokens$/,
    );
  });
});

describe('what is refused by name', () => {
  const rows: [string, string, object, object, number, string, string][] = [
    [
      'a field that can change what is billed',
      '/v1/chat/completions',
      { model: GPT, messages, fallback_models: ['o1'] },
      {},
      422,
      'price_unknown',
      'fallback_models',
    ],
    [
      'another case',
      '/v1/chat/completions',
      { model: GPT, messages, Max_Tokens: 1 },
      {},
      400,
      'invalid_request',
      'Max_Tokens',
    ],
    [
      'both limits',
      '/v1/chat/completions',
      { model: GPT, messages, max_tokens: 1, max_completion_tokens: 1 },
      {},
      400,
      'invalid_request',
      'max_tokens',
    ],
    [
      'a priced header',
      '/v1/messages',
      { model: CLAUDE, messages, max_tokens: 1 },
      { 'anthropic-beta': 'priority-lane-2027-01-01' },
      422,
      'price_unknown',
      'anthropic-beta',
    ],
    [
      'a model of the other API',
      '/v1/messages',
      { model: GPT, messages, max_tokens: 1 },
      {},
      404,
      'not_routed',
      'model',
    ],
  ];
  it.each(rows)('%s on %s', async (_, path, body, headers, status, code, param) => {
    const rig = await start();
    const response = await ask(rig, path, await rig.mint('1usd'), body, headers);
    expect([response.status, (await errorOf(response)).error]).toMatchObject([
      status,
      { code, param },
    ]);
    expect(rig.provider.seen).toEqual([]);
  });

  const anthropic: [string, string, number, string][] = [
    ['no macaroon', '/v1/messages', 401, 'authentication_error'],
    ['an unknown path below', '/v1/messages/batches', 404, 'not_found_error'],
  ];
  it.each(anthropic)('%s, in Anthropic’s shape', async (_, path, status, type) => {
    const rig = await start();
    const response = await rig.app.request(path, { method: 'POST', body: '{}' });
    expect(response.status).toBe(status);
    const body = await response.json();
    expect(body).toMatchObject({ type: 'error', error: { type } });
    expect(body).toHaveProperty('request_id', response.headers.get('request-id'));
  });
});
