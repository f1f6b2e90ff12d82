import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerAs } from '../../upstreams/provider.js';
import { chargeFor, type Given, sse } from './answering.js';
import { dueOf } from './rig.js';

const GPT = 'gpt-4o-2024-08-06';
const CLAUDE = 'claude-sonnet-4-20250514';
const messages = [{ role: 'user', content: 'Hi' }];
const APIS = [
  ['/v1/chat/completions', GPT, { messages, max_tokens: 50 }],
  ['/v1/responses', GPT, { input: 'Hi', max_output_tokens: 50 }],
  ['/v1/messages', CLAUDE, { messages, max_tokens: 50 }],
] as const;

const LABELS = [undefined, 'application/json', 'text/plain', 'text/event-stream', 'text/html'];

describe.each(APIS)(
  '%s: what an answer is, is decided by what was asked and by its bytes',
  (path, model, fields) => {
    const said = (stream: boolean) => {
      const body = {
        ...fields,
        model,
        stream,
        ...(path.includes('chat') && stream ? { stream_options: { include_usage: true } } : {}),
      };
      const answer = answerAs(path, body, { script: () => ({ text: 'Hé!' }) });
      return {
        ...answer,
        text: answer.pieces.join(''),
        due: dueOf(model, { path, headers: {}, body, answer }),
      };
    };
    const charge = (stream: boolean, given: Given) =>
      chargeFor({ path, body: { ...fields, model, stream } }, given);
    const labelled = (label: string | undefined) => ({ 'content-type': label as string });

    it.each(LABELS)('a stream that is labelled %s', async (label) => {
      const { pieces, due } = said(true);
      const { usd, text, reading } = await charge(true, { headers: labelled(label), body: pieces });
      expect([usd, reading]).toEqual([due.usd, 'read']);
      expect(text).toMatch(/: bursar cost=\S+ remaining=\S+\n\n$/);
      expect(text.startsWith(pieces[0] ?? '')).toBe(true);
    });

    it('a stream that says how long it is, under another label', async () => {
      const { text, due } = said(true);
      const headers = { ...labelled('application/json'), 'content-length': String(text.length) };
      const { usd, response } = await charge(true, { headers, body: text });
      expect([usd, response.headers.get('x-bursar-cost')]).toEqual([
        due.usd,
        `${due.usd / 1e6} usd, ${due.tokens} tokens`,
      ]);
    });

    it.each(LABELS)(
      'a document that is answered to who asked for a stream, as %s',
      async (label) => {
        const { text, due } = said(false);
        for (const body of [text, [' ', '\n', text.slice(0, 9), text.slice(9)]]) {
          const charged = await charge(true, { headers: labelled(label), body });
          expect([charged.usd, charged.reading]).toEqual([due.usd, 'read']);
          // Nothing is written behind it: it must stay a document.
          expect(JSON.parse(charged.text)).toEqual(JSON.parse(text));
        }
      },
    );

    it('a stream that is answered to who asked for none', async () => {
      const { pieces, due } = said(true);
      for (const label of ['text/event-stream', 'application/json']) {
        expect((await charge(false, { headers: labelled(label), body: pieces })).usd).toBe(due.usd);
      }
    });

    it.each(['utf-8', 'zstd', 'gzip, identity', 'identity, identity'])(
      'in the encoding %s, read as it is if it can be',
      async (encoding) => {
        const { text, due } = said(false);
        const headers = { 'content-encoding': encoding };
        const plain = await charge(false, { headers, body: text });
        expect([plain.usd, plain.text, plain.response.headers.get('content-encoding')]).toEqual([
          due.usd,
          text,
          encoding,
        ]);
        const packed = await charge(false, { headers, body: [gzipSync(text)] });
        expect([packed.usd, packed.reading]).toEqual([packed.heldUsd, 'missing']);
        const { pieces, due: streamed } = said(true);
        const stream = { ...headers, ...labelled('text/event-stream') };
        expect((await charge(true, { headers: stream, body: pieces })).usd).toBe(streamed.usd);
      },
    );
  },
);

describe('chat completions: where servers put the usage, and how they end', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const due = 75;
  const text = { choices: [{ index: 0, delta: { content: 'Fine' }, finish_reason: null }] };
  const finish = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  const charge = (events: readonly (object | string)[], body: object = {}, breaks?: 'failed') =>
    chargeFor(
      {
        path: '/v1/chat/completions',
        body: { model: 'gpt-4o', max_tokens: 50, messages, stream: true, ...body },
      },
      {
        headers: { 'content-type': 'text/event-stream' },
        body: sse(events),
        ...(breaks && { breaks }),
      },
    );

  it.each<[string, readonly (object | string)[]]>([
    ['in a chunk of its own', [text, finish, { choices: [], usage }]],
    ['in one without choices', [text, finish, { usage }]],
    ['beside the reason to stop', [text, { ...finish, usage }]],
    ['before the reason to stop', [text, { ...text, usage }, finish]],
    ['inside the choice', [text, { choices: [{ delta: {}, finish_reason: 'stop', usage }] }]],
    [
      'in x_groq',
      [
        { ...text, x_groq: { id: 'req' } },
        { ...finish, x_groq: { id: 'req', usage } },
      ],
    ],
    [
      'so far in every chunk',
      [
        { ...text, usage: { ...usage, completion_tokens: 1, total_tokens: 11 } },
        { ...finish, usage },
      ],
    ],
    [
      'in two parts',
      [
        { ...text, usage: { prompt_tokens: 10 } },
        { ...finish, usage: { completion_tokens: 5 } },
        { choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } },
      ],
    ],
  ])('%s, with or without [DONE]', async (_, events) => {
    for (const end of [[], ['[DONE]']]) {
      const { usd, reading } = await charge([...events, ...end]);
      expect([usd, reading]).toEqual([due, 'read']);
    }
  });

  it('is known when it stood in parts that make a whole', async () => {
    const parts = [
      { ...text, usage: { prompt_tokens: 10 } },
      { ...finish, usage: { completion_tokens: 5 } },
    ];
    expect((await charge(parts)).usd).toBe(due);
  });

  it('is no last word where no choice has said why it stopped, one has not, or the answer broke off', async () => {
    for (const { reading, usd, heldUsd } of [
      await charge([text, { ...text, usage }]),
      await charge(
        [
          { ...text, usage },
          { ...finish, usage },
        ],
        { n: 2 },
      ),
      await charge([text, { ...finish, usage }], {}, 'failed'),
      // Some say an empty reason in each chunk.
      await charge([text, { choices: [{ delta: { content: 'x' }, finish_reason: '' }], usage }]),
    ]) {
      expect([reading, usd]).toEqual(['missing', heldUsd]);
    }
    const both = {
      choices: [
        { index: 0, finish_reason: 'stop' },
        { index: 1, finish_reason: 'stop' },
      ],
    };
    expect((await charge([text, { ...both, usage }], { n: 2 })).usd).toBe(due);
  });

  it('is no last word where text went by behind it', async () => {
    const { reading } = await charge([{ ...text, usage }, text, finish, '[DONE]']);
    expect(reading).toBe('missing');
  });

  it('of each choice by itself is not the usage of all: the hold', async () => {
    const own = (index: number) => ({
      choices: [{ index, delta: {}, finish_reason: 'stop', usage }],
    });
    const { reading, usd, heldUsd } = await charge([own(0), own(1), '[DONE]'], { n: 2 });
    expect([reading, usd]).toEqual(['malformed', heldUsd]);
  });
});

describe('why the hold was charged', () => {
  const stream = { model: 'gpt-4o', max_tokens: 50, messages, stream: true };
  const headers = { 'content-type': 'text/event-stream' };
  const [first = ''] = sse([{ choices: [{ delta: { content: 'Hi' } }] }]);

  it.each<[string, Given, string]>([
    ['broken off', { headers, body: [first], breaks: 'failed' }, 'broken_off'],
    ['too late', { headers, body: [first], breaks: 'timeout' }, 'timeout'],
    ['without a usage', { headers, body: [first, 'data: [DONE]\n\n'] }, 'missing'],
    [
      'with a wrong one',
      { headers, body: sse([{ choices: [], usage: { prompt_tokens: -1 } }]) },
      'malformed',
    ],
    ['plain, cut', { body: ['{"id":'], breaks: 'failed' }, 'broken_off'],
    [
      'plain, with a length, cut',
      { headers: { 'content-length': '9' }, body: ['{"id":'] },
      'missing',
    ],
  ])('%s: one line and one count with its cause', async (_, given, cause) => {
    const { usd, causes, logged } = await chargeFor(
      { path: '/v1/chat/completions', body: stream },
      given,
    );
    expect(usd).toBeGreaterThan(0);
    expect([causes, logged]).toEqual([[cause], [cause]]);
  });

  it('is not said of a call that is charged by its usage, or costs what it costs', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 };
    const { causes, logged } = await chargeFor(
      { path: '/v1/chat/completions', body: { ...stream, stream: false } },
      { body: { choices: [], usage } },
    );
    expect([causes, logged]).toEqual([[], []]);
  });
});
