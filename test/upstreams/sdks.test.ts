import Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ProviderOptions, type ProviderStub, startProvider } from './provider.js';

const stubs: ProviderStub[] = [];
afterEach(() => Promise.all(stubs.splice(0).map((stub) => stub.close())));

async function start(options: ProviderOptions = {}) {
  const stub = await startProvider(options);
  stubs.push(stub);
  return {
    stub,
    openai: new OpenAI({ baseURL: `${stub.url}/v1`, apiKey: 'k', maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: stub.url, apiKey: 'k', maxRetries: 0 }),
  };
}

/** What the stub says that it billed for its last call. */
const billed = ({ seen }: ProviderStub) => seen.at(-1)?.answer.billed;

const Person = z.object({ name: z.string(), born: z.int() });
const ADA = { name: 'Ada Lovelace', born: 1815 };
const LOOK_UP = { name: 'look_up', input: { name: 'Ada' } };
const SCHEMA = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
const hello = [{ role: 'user' as const, content: 'Hello, stub' }];

describe('OpenAI: chat completions', () => {
  it('plain, with cached and reasoning tokens', async () => {
    const { stub, openai } = await start({
      script: () => ({ text: 'Hi!', usage: { cachedInput: 20, reasoning: 7 } }),
    });
    const answer = await openai.chat.completions.create({ model: 'm', messages: hello, n: 2 });
    expect(answer.choices.map(({ message }) => message.content)).toEqual(['Hi!', 'Hi!']);
    expect(answer.usage).toMatchObject({
      prompt_tokens: 23,
      completion_tokens: 9,
      prompt_tokens_details: { cached_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 7 },
    });
    expect(billed(stub)).toMatchObject({ input: 3, cachedInput: 20, output: 2, reasoning: 7 });
  });

  it('streamed, with usage where it is asked for, and without', async () => {
    const { openai } = await start();
    const request = { model: 'm', messages: hello, max_completion_tokens: 3 };
    const shown = openai.chat.completions.stream({
      ...request,
      stream_options: { include_usage: true },
    });
    const answer = await shown.finalChatCompletion();
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'You said: He' },
    });
    expect(answer.usage?.completion_tokens).toBe(3);
    const hidden = await openai.chat.completions.stream(request).finalChatCompletion();
    expect(hidden.usage).toBeUndefined();
  });

  it.each([true, false])('a tool call (streamed: %s)', async (isStreamed) => {
    const { openai } = await start({ script: () => ({ toolCall: LOOK_UP }) });
    const tools = [
      { type: 'function' as const, function: { name: 'look_up', parameters: SCHEMA } },
    ];
    const request = { model: 'm', messages: hello, tools };
    const answer = isStreamed
      ? await openai.chat.completions.stream(request).finalChatCompletion()
      : await openai.chat.completions.create(request);
    const [call] = answer.choices[0]?.message.tool_calls ?? [];
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({ function: { name: 'look_up', arguments: '{"name":"Ada"}' } });
  });

  it.each([true, false])('structured output (streamed: %s)', async (isStreamed) => {
    const { openai } = await start({ script: () => ({ text: JSON.stringify(ADA) }) });
    const request = {
      model: 'm',
      messages: hello,
      response_format: zodResponseFormat(Person, 'person'),
    };
    const answer = isStreamed
      ? await openai.chat.completions.stream(request).finalChatCompletion()
      : await openai.chat.completions.parse(request);
    expect(answer.choices[0]?.message.parsed).toEqual(ADA);
  });
});

describe('OpenAI: responses, embeddings, models', () => {
  it('plain, and streamed through its events', async () => {
    const { stub, openai } = await start({ script: () => ({ usage: { reasoning: 4 } }) });
    const request = { model: 'm', input: 'Hello', instructions: 'Be brief. ' };
    const answer = await openai.responses.create(request);
    expect(answer.output_text).toBe('You said: Be brief. Hello');
    expect(answer.usage).toMatchObject({ output_tokens_details: { reasoning_tokens: 4 } });
    const streamed = openai.responses.stream(request);
    let text = '';
    streamed.on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    const final = await streamed.finalResponse();
    expect(text).toBe(answer.output_text);
    expect(final.output_text).toBe(answer.output_text);
    expect(final.usage).toEqual(answer.usage);
    expect(billed(stub)).toMatchObject({ input: 4, reasoning: 4 });
  });

  it('an answer that was cut short says so', async () => {
    const { openai } = await start();
    const request = { model: 'm', input: 'Hello', max_output_tokens: 2 };
    const answer = await openai.responses.stream(request).finalResponse();
    expect(answer).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    expect(answer.usage?.output_tokens).toBe(2);
  });

  it.each([true, false])(
    'a tool call, and structured output (streamed: %s)',
    async (isStreamed) => {
      const { openai } = await start({
        script: ({ tools }) =>
          tools.length > 0 ? { toolCall: LOOK_UP } : { text: JSON.stringify(ADA) },
      });
      const tool = { type: 'function' as const, name: 'look_up', parameters: SCHEMA, strict: true };
      const withTools = { model: 'm', input: 'Who?', tools: [tool] };
      const called = isStreamed
        ? await openai.responses.stream(withTools).finalResponse()
        : await openai.responses.create(withTools);
      expect(called.output[0]).toMatchObject({
        type: 'function_call',
        arguments: '{"name":"Ada"}',
      });
      const typed = {
        model: 'm',
        input: 'Who?',
        text: { format: zodTextFormat(Person, 'person') },
      };
      const parsed = isStreamed
        ? await openai.responses.stream(typed).finalResponse()
        : await openai.responses.parse(typed);
      expect(parsed.output_parsed).toEqual(ADA);
    },
  );

  it('embeddings, as the SDK asks for them and as numbers', async () => {
    const { stub, openai } = await start();
    const request = { model: 'm', input: ['one', 'three'], dimensions: 3 };
    const packed = await openai.embeddings.create(request);
    const plain = await openai.embeddings.create({ ...request, encoding_format: 'float' });
    expect(packed.data.map(({ embedding }) => embedding)).toEqual([
      [1.5, 2, 2.5],
      [2.5, 3, 3.5],
    ]);
    expect(plain.data).toEqual(packed.data);
    expect(packed.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(billed(stub)).toMatchObject({ input: 3, output: 0 });
  });

  it('models', async () => {
    const { openai } = await start({ models: ['a', 'b'] });
    const list = await openai.models.list();
    expect(list.data.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('Anthropic: messages', () => {
  const request = { model: 'm', max_tokens: 100, messages: hello };

  it('plain, with cache reads and writes', async () => {
    const usage = {
      cachedInput: 9,
      cacheWrite: 8,
      cacheWriteLong: 7,
      serverTools: { web_search: 1 },
    };
    const { stub, anthropic } = await start({ script: () => ({ usage }) });
    const answer = await anthropic.messages.create(request);
    expect(answer.content).toMatchObject([{ type: 'text', text: 'You said: Hello, stub' }]);
    expect(answer.usage).toMatchObject({
      input_tokens: 3,
      cache_read_input_tokens: 9,
      cache_creation_input_tokens: 15,
      cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 7 },
      server_tool_use: { web_search_requests: 1 },
    });
    expect(billed(stub)).toMatchObject({ input: 3, ...usage, output: 6 });
  });

  it('streamed: the last message is the plain one', async () => {
    const { anthropic } = await start({ script: () => ({ usage: { reasoning: 11 } }) });
    const plain = await anthropic.messages.create(request);
    const streamed = anthropic.messages.stream(request);
    let text = '';
    streamed.on('text', (delta) => {
      text += delta;
    });
    const final = await streamed.finalMessage();
    expect(text).toBe('You said: Hello, stub');
    expect(final.content).toEqual(plain.content);
    expect(final.usage).toEqual(plain.usage);
  });

  it.each([true, false])('a tool call, and one cut short (streamed: %s)', async (isStreamed) => {
    const { anthropic } = await start({
      script: ({ tools }) => (tools.length > 0 ? { toolCall: LOOK_UP } : {}),
    });
    const ask = (more: { tools?: Anthropic.Tool[]; max_tokens?: number }) =>
      isStreamed
        ? anthropic.messages.stream({ ...request, ...more }).finalMessage()
        : anthropic.messages.create({ ...request, ...more });
    const called = await ask({ tools: [{ name: 'look_up', input_schema: SCHEMA }] });
    expect(called.stop_reason).toBe('tool_use');
    expect(called.content[0]).toMatchObject({ type: 'tool_use', input: { name: 'Ada' } });
    const cut = await ask({ max_tokens: 2 });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 2 } });
  });

  it('structured output', async () => {
    const { anthropic } = await start({ script: () => ({ text: JSON.stringify(ADA) }) });
    const answer = await anthropic.messages.parse({
      ...request,
      output_config: { format: zodOutputFormat(Person) },
    });
    expect(answer.parsed_output).toEqual(ADA);
  });

  it('counting tokens', async () => {
    const { stub, anthropic } = await start();
    const { input_tokens } = await anthropic.messages.countTokens({ model: 'm', messages: hello });
    expect(input_tokens).toBe(3);
    expect(billed(stub)).toBeUndefined();
  });
});
