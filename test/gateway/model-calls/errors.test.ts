import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { billingRows } from '../../../gateway/upstream/billing.js';
import { UpstreamError } from '../../../gateway/upstream/types.js';
import { chargeFor, type Given, sse } from './answering.js';

const messages = [{ role: 'user', content: 'Hi' }];
const APIS = [
  ['/v1/chat/completions', { model: 'gpt-4o', max_tokens: 50, messages }],
  ['/v1/responses', { model: 'gpt-4o', max_output_tokens: 50, input: 'Hi' }],
  ['/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 50, messages }],
  ['/v1/embeddings', { model: 'text-embedding-3-small', input: 'Hi' }],
] as const;

const said = { error: { message: 'The server had an error', type: 'server_error', code: null } };
const text = JSON.stringify(said);

describe.each(APIS)('%s: an error of the upstream', (path, body) => {
  const charge = (given: Given, options = {}) => chargeFor({ path, body }, given, options);

  it.each([400, 404, 429, 500, 503, 529])('%d in its own words costs nothing', async (status) => {
    const { usd, tokens, response, ...rest } = await charge({ status, body: said });
    expect([usd, tokens, rest.text, rest.causes]).toEqual([0, 0, text, []]);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-bursar-cost')).toContain('0 usd');
  });

  it('is the same in pieces, compressed, or under another label', async () => {
    for (const given of [
      { body: [text.slice(0, 9), text.slice(9)] },
      { body: [gzipSync(text)], headers: { 'content-encoding': 'gzip' } },
      { body: text, headers: { 'content-encoding': 'utf-8' } },
      { body: text, headers: { 'content-type': 'text/event-stream' } },
    ]) {
      expect((await charge({ status: 500, ...given })).usd).toBe(0);
    }
  });

  it.each<[string, Given, string]>([
    ['408', { status: 408, body: said }, 'timeout'],
    ['504', { status: 504, body: said }, 'timeout'],
    ['a page', { status: 502, body: '<html>Bad gateway</html>' }, 'foreign_error'],
    ['nothing', { status: 503, body: '' }, 'foreign_error'],
    [
      'broken data',
      {
        status: 500,
        body: [gzipSync(text).subarray(0, 20)],
        headers: { 'content-encoding': 'gzip' },
      },
      'foreign_error',
    ],
    ['too much', { status: 500, body: `${' '.repeat(300 * 1024)}${text}` }, 'foreign_error'],
    ['half', { status: 500, body: [text.slice(0, -1)], breaks: 'failed' }, 'broken_off'],
    ['whole, and then cut', { status: 500, body: [text], breaks: 'failed' }, 'broken_off'],
    ['too slow', { status: 500, body: [text], breaks: 'timeout' }, 'timeout'],
    ['a redirect', { status: 302, body: said }, 'no_answer'],
    ['no content', { status: 204, body: [] }, 'no_answer'],
  ])('%s: the hold, one line and one count', async (_, given, cause) => {
    const { usd, heldUsd, causes, logged, response } = await charge(given);
    if (response.status < 500 || given.breaks === undefined) expect(usd).toBeGreaterThan(0);
    if (!Number.isNaN(heldUsd)) expect(usd).toBe(heldUsd);
    expect([causes, logged]).toEqual([[cause], [cause]]);
  });

  it('is delivered as it came, however long', async () => {
    const long = `${' '.repeat(300 * 1024)}${text}`;
    expect((await charge({ status: 500, body: [long.slice(0, 100), long.slice(100)] })).text).toBe(
      long,
    );
  });

  it.each(['failed', 'timeout', 'aborted'] as const)(
    'none, since it %s: the hold, with its cause',
    async (failure) => {
      const upstream = {
        send: () => Promise.reject(new UpstreamError(failure)),
        close: async () => {},
      };
      const { usd, causes, logged } = await chargeFor({ path, body }, upstream);
      const cause = { failed: 'broken_off', timeout: 'timeout', aborted: 'caller_left' }[failure];
      expect(usd).toBeGreaterThan(0);
      expect([causes, logged]).toEqual([[cause], [cause]]);
    },
  );

  it('is billed as the rows of the upstream say', async () => {
    const billing = billingRows('standard', [{ status: 500, code: 'server_error', billed: true }]);
    const answers = { billing, ignored: new Set<string>() };
    const { usd, heldUsd, causes } = await charge({ status: 500, body: said }, { answers });
    expect([usd, causes]).toEqual([heldUsd, ['billed_error']]);
  });
});

describe('an error in the midst of a stream that was answered with 200', () => {
  const headers = { 'content-type': 'text/event-stream' };
  const charge = (path: string, body: object, events: object[]) =>
    chargeFor({ path, body: { ...body, stream: true } }, { headers, body: sse(events) });

  it('chat completions: the usage that was seen, else the hold', async () => {
    const [path, body] = APIS[0];
    const error = { error: { message: 'Overloaded', code: 502 } };
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    const chunk = { choices: [{ delta: { content: 'Fine' } }], usage };
    expect((await charge(path, body, [chunk, error])).usd).toBe(75);
    const behind = { choices: [{ delta: { content: ' and more' } }] };
    const cut = await charge(path, body, [chunk, behind, error]);
    expect([cut.usd, cut.reading]).toEqual([cut.heldUsd, 'missing']);
    const none = await charge(path, body, [error]);
    expect([none.usd, none.reading]).toEqual([none.heldUsd, 'missing']);
  });

  it('responses: that of response.failed, else the hold', async () => {
    const [path, body] = APIS[1];
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    const failed = { type: 'response.failed', response: { status: 'failed', usage } };
    expect((await charge(path, body, [failed])).usd).toBe(75);
    const none = await charge(path, body, [{ type: 'error', code: 'x', message: 'y' }]);
    expect(none.usd).toBe(none.heldUsd);
  });

  it('messages: a usage behind that of the beginning, else the hold', async () => {
    const [path, body] = APIS[2];
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const start = {
      type: 'message_start',
      message: { usage: { input_tokens: 10, output_tokens: 1 } },
    };
    const later = { type: 'message_delta', delta: {}, usage: { output_tokens: 5 } };
    expect((await charge(path, body, [start, later, error])).usd).toBe(105);
    const early = await charge(path, body, [start, error]);
    expect(early.usd).toBe(early.heldUsd);
    const delta = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'more' } };
    const cut = await charge(path, body, [start, later, delta, error]);
    expect(cut.usd).toBe(cut.heldUsd);
  });
});
