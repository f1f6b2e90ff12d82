import fc from 'fast-check';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { describe, expect, it } from 'vitest';
import { createSandboxUpstream } from '../../../gateway/sandbox/upstream.js';
import { UpstreamError } from '../../../gateway/upstream/types.js';

const NOW_MS = 1_767_225_600_000;
const upstream = createSandboxUpstream(() => ({ id: 'chatcmpl-sandbox-1', nowMs: NOW_MS }));

async function send(body: unknown, path = '/chat/completions', signal?: AbortSignal) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return upstream.send({
    method: 'POST',
    path,
    headers: {},
    body: Buffer.from(text),
    signal: signal ?? new AbortController().signal,
    ended: () => {},
  });
}

async function sendForJson(body: unknown) {
  const { status, body: answer } = await send(body);
  return { status, json: JSON.parse(Buffer.from(await answer.bytes()).toString()) };
}

/** The official SDK, with the sandbox in the place of the network. */
const client = new OpenAI({
  apiKey: 'unused',
  baseURL: 'http://sandbox.test/v1',
  maxRetries: 0,
  fetch: async (url, init) => {
    const path = new URL(String(url)).pathname.replace(/^\/v1/, '');
    const { status, headers, body } = await send(String(init?.body), path);
    const bytes = ReadableStream.from(body) as ReadableStream<Uint8Array>;
    return new Response(bytes, { status, headers: headers as Record<string, string> });
  },
});

const HELLO = {
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is a macaroon?' },
  ],
} satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;

describe('the sandbox behind the OpenAI SDK', () => {
  it('answers with a whole completion that says what it is', async () => {
    const completion = await client.chat.completions.create(HELLO);
    expect(completion).toMatchObject({
      id: 'chatcmpl-sandbox-1',
      object: 'chat.completion',
      created: NOW_MS / 1000,
      model: 'gpt-4o',
    });
    expect(completion.choices).toHaveLength(1);
    expect(completion.choices[0]).toMatchObject({ index: 0, finish_reason: 'stop' });
    expect(completion.choices[0]?.message).toEqual({
      role: 'assistant',
      content:
        "Hello from Bursar's sandbox. No model was called, gpt-4o included. " +
        'You said: "What is a macaroon?"',
      refusal: null,
      annotations: [],
    });
    // 3 to begin the answer, 4 a message, and a token for each 4 bytes of "Be brief." and the rest.
    expect(completion.usage?.prompt_tokens).toBe(3 + 4 + 3 + 4 + 5);
  });

  it('streams the same text in many chunks, and the usage when asked', async () => {
    const whole = await client.chat.completions.create(HELLO);
    const stream = await client.chat.completions.create({
      ...HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.map(({ choices }) => choices[0]?.delta.content ?? '');
    expect(deltas.join('')).toBe(whole.choices[0]?.message.content);
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  it('sends no usage when it was not asked', async () => {
    const stream = await client.chat.completions.create({ ...HELLO, stream: true });
    for await (const chunk of stream) expect('usage' in chunk).toBe(false);
  });

  it('works with the streaming helper, several choices included', async () => {
    const stream = client.chat.completions.stream({
      ...HELLO,
      n: 3,
      stream_options: { include_usage: true },
    });
    const final = await stream.finalChatCompletion();
    expect(final.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(final.choices.map(({ message }) => message.content)).size).toBe(1);
    const one = await client.chat.completions.create(HELLO);
    expect(final.usage?.completion_tokens).toBe(3 * (one.usage?.completion_tokens ?? 0));
  });

  it.each(['max_tokens', 'max_completion_tokens'])('is cut by %s', async (name) => {
    const { choices, usage } = await client.chat.completions.create({ ...HELLO, [name]: 5, n: 2 });
    expect(choices.map(({ finish_reason }) => finish_reason)).toEqual(['length', 'length']);
    expect(choices[0]?.message.content).toBe("Hello from Bursar's");
    expect(usage?.completion_tokens).toBe(10);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 10);
  });

  it('refuses with the errors that the SDK knows', async () => {
    const refused = client.chat.completions.create({ model: 'gpt-4o', messages: [] });
    await expect(refused).rejects.toThrow(BadRequestError);
    await expect(refused).rejects.toMatchObject({
      type: 'invalid_request_error',
      param: 'messages',
    });
    await expect(client.models.list()).rejects.toThrow(NotFoundError);
  });
});

describe('what the sandbox refuses', () => {
  const user = [{ role: 'user', content: 'x' }];
  it.each([
    ['no JSON', '{', null],
    ['no object', '[]', null],
    ['no model', { messages: user }, 'model'],
    ['an empty model', { model: '', messages: user }, 'model'],
    ['no messages', { model: 'm' }, 'messages'],
    ['messages that are a text', { model: 'm', messages: 'x' }, 'messages'],
    [
      'an unknown role',
      { model: 'm', messages: [{ role: 'root', content: 'x' }] },
      'messages[0].role',
    ],
    [
      'content that is a number',
      { model: 'm', messages: [{ role: 'user', content: 1 }] },
      'messages[0].content',
    ],
    ['stream that is a text', { model: 'm', messages: user, stream: 'yes' }, 'stream'],
    ['stream_options alone', { model: 'm', messages: user, stream_options: {} }, 'stream_options'],
    ['no choices', { model: 'm', messages: user, n: 0 }, 'n'],
    ['too many choices', { model: 'm', messages: user, n: 129 }, 'n'],
    ['no tokens', { model: 'm', messages: user, max_tokens: 0 }, 'max_tokens'],
    [
      'half a token',
      { model: 'm', messages: user, max_completion_tokens: 1.5 },
      'max_completion_tokens',
    ],
    [
      'two limits',
      { model: 'm', messages: user, max_tokens: 1, max_completion_tokens: 1 },
      'max_tokens',
    ],
  ])('%s, in the shape of OpenAI', async (_, body, param) => {
    const { status, json } = await sendForJson(body);
    expect(status).toBe(400);
    expect(json).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param, code: null },
    });
  });
});

describe('the sandbox', () => {
  it('answers any text, in a stream and whole alike, with as many tokens as it counted', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 90 }), async (content, maxTokens) => {
        const request = {
          model: 'm',
          messages: [{ role: 'user', content }],
          max_tokens: maxTokens,
        };
        const { status, json } = await sendForJson(request);
        expect(status).toBe(200);
        const streamed = await send({ ...request, stream: true });
        const events = Buffer.from(await streamed.body.bytes())
          .toString()
          .split('\n\n');
        expect(events.slice(-2)).toEqual(['data: [DONE]', '']);
        const pieces = events
          .slice(0, -2)
          .map((event) => JSON.parse(event.replace(/^data: /, '')).choices[0].delta.content ?? '')
          .filter((piece) => piece !== '');
        expect(pieces.join('')).toBe(json.choices[0].message.content);
        expect(pieces.length).toBe(json.usage.completion_tokens);
        expect(pieces.length).toBeLessThanOrEqual(maxTokens);
      }),
    );
  });

  it('echoes the text of the last user message, and not all of a long one', async () => {
    const { json } = await sendForJson({
      model: 'm',
      messages: [
        { role: 'user', content: 'first' },
        {
          role: 'user',
          content: [
            { type: 'text', text: `${'long '.repeat(200)}` },
            { type: 'image_url', image_url: { url: 'http://x' } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [] },
      ],
    });
    const [{ message }] = json.choices;
    expect(message.content).toContain('long long');
    expect(message.content).not.toContain('first');
    expect(message.content.length).toBeLessThan(300);
  });

  it('tells the length of a whole answer, and not of a stream', async () => {
    const whole = await send(HELLO);
    expect(whole.headers['content-length']).toBe(String((await whole.body.bytes()).length));
    expect((await send({ ...HELLO, stream: true })).headers['content-length']).toBeUndefined();
  });

  it('stops when the caller has left', async () => {
    await expect(send(HELLO, '/chat/completions', AbortSignal.abort())).rejects.toThrow(
      UpstreamError,
    );
    const { body } = await send({ ...HELLO, stream: true });
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();
    body.destroy();
    await expect(pieces.next()).rejects.toThrow(UpstreamError);
  });
});
