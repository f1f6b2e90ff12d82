import type Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProviderOptions } from '../../upstreams/provider.js';
import { dueOf, type Rig, startRig } from './rig.js';

const rigs: Rig[] = [];
afterEach(() => Promise.all(rigs.splice(0).map((rig) => rig.close())));

/** Both SDKs behind a macaroon of one dollar, and what it has spent of it. */
async function start(options: ProviderOptions = {}) {
  const rig = await startRig(options);
  rigs.push(rig);
  const macaroon = await rig.mint('1usd');
  return {
    rig,
    openai: rig.openai(macaroon),
    anthropic: rig.anthropic(macaroon),
    /** That all calls so far were charged to the micro-dollar as the stub billed them. */
    isChargedAsBilled: async () => {
      const { spent, held } = await rig.spent(macaroon);
      const due = rig.provider.seen.map((call) => dueOf(String(call.body['model']), call));
      expect(due.length).toBeGreaterThan(0);
      expect(Math.round((spent['usd'] ?? 0) * 1e6)).toBe(due.reduce((a, b) => a + b.usd, 0));
      expect(spent['tokens']).toBe(due.reduce((a, b) => a + b.tokens, 0));
      expect(held).toMatchObject({ usd: 0, tokens: 0, calls: 0 });
    },
  };
}

const GPT = 'gpt-4o-2024-08-06';
const CLAUDE = 'claude-sonnet-4-20250514';
const Person = z.object({ name: z.string(), born: z.int() });
const ADA = { name: 'Ada Lovelace', born: 1815 };
const LOOK_UP = { name: 'look_up', input: { name: 'Ada' } };
const SCHEMA = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
const messages = [{ role: 'user' as const, content: 'Hello, stub' }];
const bothWays = [true, false];

describe('the OpenAI SDK through the gateway: chat', () => {
  it('plain, with cached and reasoning tokens', async () => {
    const usage = { cachedInput: 20, reasoning: 7 };
    const { openai, isChargedAsBilled } = await start({ script: () => ({ text: 'Hi!', usage }) });
    const answer = await openai.chat.completions.create({ model: GPT, messages, n: 2 });
    expect(answer.choices.map(({ message }) => message.content)).toEqual(['Hi!', 'Hi!']);
    expect(answer._request_id).toBe('req_stub');
    await isChargedAsBilled();
  });

  it('streamed: usage is charged, and shown to those alone who asked', async () => {
    const { rig, openai, isChargedAsBilled } = await start();
    const request = { model: GPT, messages, max_completion_tokens: 3 };
    const hidden = await openai.chat.completions.stream(request).finalChatCompletion();
    expect(hidden.choices[0]?.message.content).toBe('You said: He');
    expect(hidden.usage).toBeNull();
    expect(rig.provider.seen[0]?.body['stream_options']).toEqual({ include_usage: true });
    await isChargedAsBilled();
    const stream_options = { include_usage: true };
    const shown = openai.chat.completions.stream({ ...request, stream_options });
    expect((await shown.finalChatCompletion()).usage?.completion_tokens).toBe(3);
    await isChargedAsBilled();
  });

  it.each(bothWays)('a tool call, and structured output (streamed: %s)', async (isStreamed) => {
    const { openai, isChargedAsBilled } = await start({
      script: ({ tools }) =>
        tools.length > 0 ? { toolCall: LOOK_UP } : { text: JSON.stringify(ADA) },
    });
    const tools = [
      { type: 'function' as const, function: { name: 'look_up', parameters: SCHEMA } },
    ];
    const withTools = { model: GPT, messages, tools };
    const called = isStreamed
      ? await openai.chat.completions.stream(withTools).finalChatCompletion()
      : await openai.chat.completions.create(withTools);
    expect(called.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'look_up', arguments: '{"name":"Ada"}' },
    });
    const typed = {
      model: GPT,
      messages,
      response_format: zodResponseFormat(Person, 'person'),
    };
    const parsed = isStreamed
      ? await openai.chat.completions.stream(typed).finalChatCompletion()
      : await openai.chat.completions.parse(typed);
    expect(parsed.choices[0]?.message.parsed).toEqual(ADA);
    await isChargedAsBilled();
  });
});

describe('the OpenAI SDK through the gateway: responses, embeddings, models', () => {
  it.each(bothWays)('text, a tool call, structured output (streamed: %s)', async (isStreamed) => {
    const { openai, isChargedAsBilled } = await start({
      script: ({ tools, input }) => {
        if (tools.length > 0) return { toolCall: LOOK_UP };
        return input.includes('Who?') ? { text: JSON.stringify(ADA) } : { usage: { reasoning: 4 } };
      },
    });
    const request = { model: GPT, input: 'Hello', instructions: 'Be brief. ' };
    const answer = isStreamed
      ? await openai.responses.stream(request).finalResponse()
      : await openai.responses.create(request);
    expect(answer.output_text).toBe('You said: Be brief. Hello');
    const tool = { type: 'function' as const, name: 'look_up', parameters: SCHEMA, strict: true };
    const withTools = { model: GPT, input: 'Call it', tools: [tool] };
    const called = isStreamed
      ? await openai.responses.stream(withTools).finalResponse()
      : await openai.responses.create(withTools);
    expect(called.output[0]).toMatchObject({ type: 'function_call', arguments: '{"name":"Ada"}' });
    const typed = { model: GPT, input: 'Who?', text: { format: zodTextFormat(Person, 'person') } };
    const parsed = isStreamed
      ? await openai.responses.stream(typed).finalResponse()
      : await openai.responses.parse(typed);
    expect(parsed.output_parsed).toEqual(ADA);
    await isChargedAsBilled();
  });

  it('embeddings, packed as the SDK asks for them, and more of them than fit one piece', async () => {
    const { openai, isChargedAsBilled } = await start();
    const model = 'text-embedding-3-small';
    const small = await openai.embeddings.create({ model, input: ['one', 'three'], dimensions: 3 });
    expect(small.data.map(({ embedding }) => embedding)).toEqual([
      [1.5, 2, 2.5],
      [2.5, 3, 3.5],
    ]);
    const input = Array.from({ length: 300 }, (_, i) => `text ${i}`);
    const large = await openai.embeddings.create({ model, input, dimensions: 1_000 });
    expect(large.data).toHaveLength(300);
    expect(large.data[299]?.embedding).toHaveLength(1_000);
    await isChargedAsBilled();
  });

  it('models: those that the macaroon can call', async () => {
    const { openai } = await start();
    const ids = (await openai.models.list()).data.map(({ id }) => id);
    expect(ids).toContain('gpt-4o');
    expect(await openai.models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model' });
  });
});

describe('the Anthropic SDK through the gateway', () => {
  const request = { model: CLAUDE, max_tokens: 100, messages };

  it('plain and streamed, with cache reads, writes and thinking: the same message', async () => {
    const usage = { cachedInput: 9, cacheWrite: 8, reasoning: 11 };
    const { anthropic, isChargedAsBilled } = await start({ script: () => ({ usage }) });
    const cached = { ...request, cache_control: { type: 'ephemeral' as const } };
    const plain = await anthropic.messages.create(cached);
    expect(plain.content).toMatchObject([{ type: 'text', text: 'You said: Hello, stub' }]);
    const final = await anthropic.messages.stream(cached).finalMessage();
    expect(final.content).toEqual(plain.content);
    expect(final.usage).toEqual(plain.usage);
    await isChargedAsBilled();
  });

  it.each(bothWays)('a tool call, and one cut short (streamed: %s)', async (isStreamed) => {
    const { anthropic, isChargedAsBilled } = await start({
      script: ({ tools }) => (tools.length > 0 ? { toolCall: LOOK_UP } : {}),
    });
    const ask = (more: { tools?: Anthropic.Tool[]; max_tokens?: number }) =>
      isStreamed
        ? anthropic.messages.stream({ ...request, ...more }).finalMessage()
        : anthropic.messages.create({ ...request, ...more });
    const called = await ask({ tools: [{ name: 'look_up', input_schema: SCHEMA }] });
    expect(called.content[0]).toMatchObject({ type: 'tool_use', input: { name: 'Ada' } });
    const cut = await ask({ max_tokens: 2 });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 2 } });
    await isChargedAsBilled();
  });

  it('structured output', async () => {
    const { anthropic, isChargedAsBilled } = await start({
      script: () => ({ text: JSON.stringify(ADA) }),
    });
    const output_config = { format: zodOutputFormat(Person) };
    const answer = await anthropic.messages.parse({ ...request, output_config });
    expect(answer.parsed_output).toEqual(ADA);
    await isChargedAsBilled();
  });

  it('counting tokens is free, and models are listed in its own shape', async () => {
    const { rig, anthropic } = await start();
    const { input_tokens } = await anthropic.messages.countTokens({ model: CLAUDE, messages });
    expect(input_tokens).toBe(3);
    expect(rig.provider.seen[0]?.headers['x-api-key']).toBe('provider-key');
    const page = await anthropic.models.list();
    expect(page.data.every(({ type }) => type === 'model')).toBe(true);
    const all = page.data.map(({ id }) => id);
    expect(all).toContain('claude-sonnet-4-5');
  });
});
