import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chargeFor, type Given, pricesWith, sse } from './answering.js';

interface Case {
  readonly name: string;
  readonly route?: string;
  readonly prices?: Readonly<Record<string, object>>;
  readonly request?: object;
  readonly answer?: { readonly status?: number; readonly body?: object } & object;
  readonly answers?: readonly { readonly status: number; readonly body: object }[];
  readonly events?: readonly object[];
  readonly output?: readonly object[];
  readonly usage?: object;
  readonly answerTier?: string;
  readonly earlyUsages?: readonly object[];
  readonly lastUsage?: object;
  readonly startUsage?: object;
  readonly deltaUsage?: object;
  readonly right: number | string;
}

const file = new URL('../../cases/metering.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

function find(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

/** `(4000 times x)` in a request is the text itself. */
function written<T>(value: T): T {
  const text = JSON.stringify(value).replace(
    /\((\d+) times (?:'([^']*)'|(\w))\)/g,
    (_, count: string, quoted?: string, letter?: string) =>
      (quoted ?? letter ?? '').repeat(Number(count)),
  );
  return JSON.parse(text) as T;
}

async function charge({ route = '', request = {}, prices = {} }: Case, given: Given) {
  return chargeFor({ path: route, body: written(request) }, given, { prices: pricesWith(prices) });
}

const STREAM = { 'content-type': 'text/event-stream' };
const streamed = (events: readonly (object | string)[]): Given => ({
  headers: STREAM,
  body: sse(events),
});

describe('served by a dearer model', () => {
  const one = find('served by a dearer model');
  const { model = '', usage = {} } = one.answer as { model?: string; usage?: object };

  it('plain', async () => {
    const { usd, reading } = await charge(one, { body: { choices: [], model, usage } });
    expect([usd, reading]).toEqual([one.right, 'read']);
  });

  it('without a stated cost, by its line; streamed', async () => {
    const { cost_in_usd_ticks: _stated, ...counts } = usage as { cost_in_usd_ticks?: number };
    const request = { ...one.request, stream: true };
    const events = [{ choices: [], model, usage: counts }, '[DONE]'];
    const { usd } = await charge({ ...one, request }, streamed(events));
    expect(usd).toBe(one.right);
  });

  it('without a line: the hold', async () => {
    const body = { choices: [], model: 'grok-9', usage };
    const { usd, heldUsd, reading, causes, logged } = await charge(one, { body });
    expect([usd, reading]).toEqual([Math.max(heldUsd, Number(one.right)), 'other_model']);
    expect([causes, logged]).toEqual([['other_model'], ['other_model']]);
  });
});

describe('items streamed, output empty in the last event', () => {
  const one = find('items streamed, output empty in the last event');

  it('are counted', async () => {
    expect((await charge(one, streamed(one.events ?? []))).usd).toBe(one.right);
  });

  it('each once, however often it is said, and by the larger of both places', async () => {
    const [first = {}, second = {}, last = {}] = one.events ?? [];
    const twice = [first, first, second, first, last];
    expect((await charge(one, streamed(twice))).usd).toBe(one.right);
    const { response } = last as { response: object };
    const items = [first, second].map((event) => (event as { item: object }).item);
    const listed = { ...last, response: { ...response, output: items } };
    expect((await charge(one, streamed([first, listed]))).usd).toBe(one.right);
    expect((await charge(one, streamed([first, second, listed]))).usd).toBe(one.right);
  });
});

describe('a page opened is no search', () => {
  const one = find('a page opened is no search');
  const response = { model: 'gpt-5-mini', service_tier: 'default', usage: one.usage };

  it('listed at the end, streamed, or in a document', async () => {
    const { output = [] } = one;
    const listed = { type: 'response.completed', response: { ...response, output } };
    expect((await charge(one, streamed([listed]))).usd).toBe(one.right);
    const done = output.map((item, output_index) => ({
      type: 'response.output_item.done',
      output_index,
      item,
    }));
    const empty = { type: 'response.completed', response: { ...response, output: [] } };
    expect((await charge(one, streamed([...done, empty]))).usd).toBe(one.right);
    expect((await charge(one, { body: { ...response, output } })).usd).toBe(one.right);
  });

  it.each([{}, { action: null }, { action: { type: 'brand_new' } }, { action: {} }])(
    'a search that says %j counts',
    async (fields) => {
      const output = [{ type: 'web_search_call', ...fields }];
      const { usd } = await charge(one, { body: { ...response, output } });
      expect(usd).toBe(one.right);
    },
  );
});

describe('billed refusals', () => {
  const request = {
    path: '/v1/chat/completions',
    body: { model: 'gpt-4o', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
  };

  it.each(find('billed refusals').answers ?? [])('$status $body.code: the hold', async (answer) => {
    const { usd, heldUsd, causes, text } = await chargeFor(request, answer);
    expect(text).toBe(JSON.stringify(answer.body));
    expect([usd, causes]).toEqual([heldUsd, ['billed_error']]);
    expect(usd).toBeGreaterThan(0);
  });
});

it('cache writes of an hour on chat completions', async () => {
  const one = find('cache writes of an hour on chat completions');
  const { usd } = await charge(one, { body: { choices: [], usage: one.usage } });
  expect(usd).toBe(one.right);
});

describe('an early usage that is not whole', () => {
  const one = find('an early usage that is not whole');

  it.each(one.earlyUsages ?? [])('%j', async (early) => {
    const events = [
      { choices: [{ delta: { content: 'Fine' } }], usage: early },
      { choices: [], usage: one.lastUsage },
      '[DONE]',
    ];
    expect((await charge(one, streamed(events))).usd).toBe(one.right);
  });
});

it('message_delta with input_tokens 0', async () => {
  const one = find('message_delta with input_tokens 0');
  const events = [
    { type: 'message_start', message: { usage: one.startUsage } },
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Fine' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: one.deltaUsage },
    { type: 'message_stop' },
  ];
  expect((await charge(one, streamed(events))).usd).toBe(one.right);
});

it('service_tier auto in the answer', async () => {
  const one = find('service_tier auto in the answer');
  const body = { service_tier: one.answerTier, usage: one.usage, output: [] };
  expect((await charge(one, { body })).usd).toBe(one.right);
});

describe('refused before any output', () => {
  const one = find('refused before any output');

  it('plain', async () => {
    const { usd, tokens, reading } = await charge(one, { body: one.answer ?? {} });
    expect([usd, tokens, reading]).toEqual([one.right, 0, 'read']);
  });

  it('streamed', async () => {
    const usage = { input_tokens: 100_000, output_tokens: 0 };
    const events = [
      { type: 'message_start', message: { usage: { ...usage, output_tokens: 1 } } },
      { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage },
      { type: 'message_stop' },
    ];
    const request = { ...one.request, stream: true };
    expect((await charge({ ...one, request }, streamed(events))).usd).toBe(one.right);
  });
});

describe('no input counted', () => {
  const one = find('no input counted');
  const { messages = [] } = written(one.request) as { messages?: { content: string }[] };
  const text = messages[0]?.content ?? '';
  const none = { input_tokens: 0, output_tokens: 7 };
  it.each<[string, object, object]>([
    ['/v1/chat/completions', { messages }, { usage: one.usage, choices: [] }],
    ['/v1/responses', { model: 'gpt-4o', input: text }, { usage: none, output: [] }],
    [
      '/v1/messages',
      { model: 'claude-sonnet-4-5', max_tokens: 10, messages },
      { usage: none, content: [] },
    ],
    [
      '/v1/embeddings',
      { model: 'text-embedding-3-small', input: [text] },
      { usage: { prompt_tokens: 0, total_tokens: 0 }, data: [] },
    ],
  ])('%s: the hold', async (route, body, answer) => {
    const request = { ...one.request, ...body };
    const { usd, heldUsd, reading } = await charge({ ...one, route, request }, { body: answer });
    expect([usd, reading]).toEqual([heldUsd, 'below_seen']);
  });
});

it('a clean 500', async () => {
  const { answer } = find('a clean 500');
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
  const charged = await chargeFor({ path: '/v1/chat/completions', body }, answer as Given);
  expect([charged.response.status, charged.usd, charged.causes]).toEqual([500, 0, []]);
});
