import { NotFoundError } from 'openai';
import { describe, expect, it } from 'vitest';
import { sandboxClients } from './clients.js';

const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', enum: ['Paris', 'Rome'] }, days: { type: 'integer' } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
};
const ARGUMENTS = { city: 'Paris', days: 1 };
const USER = { role: 'user', content: 'Use get_weather, please.' } as const;

describe('tools in the sandbox', () => {
  it('of chat run in the SDK’s own loop, and the answer tells what they said', async () => {
    const { openai } = sandboxClients();
    const asked: unknown[] = [];
    const runner = openai.chat.completions.runTools({
      model: 'gpt-4o',
      messages: [USER],
      tools: [
        {
          type: 'function',
          function: {
            ...WEATHER,
            parse: JSON.parse,
            function: (args: object) => {
              asked.push(args);
              return 'Sunny.';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('A tool answered: "Sunny."');
    expect(asked).toEqual([ARGUMENTS]);
  });

  it('of responses come back with their output, plain and streamed alike', async () => {
    const { openai } = sandboxClients();
    const tools = [{ type: 'function' as const, strict: true, ...WEATHER }];
    const first = { model: 'gpt-5', input: [USER], tools };
    const plain = await openai.responses.create(first);
    const streamed = await openai.responses.stream(first).finalResponse();
    for (const { output } of [plain, streamed]) {
      expect(output).toMatchObject([
        { type: 'function_call', name: 'get_weather', arguments: JSON.stringify(ARGUMENTS) },
      ]);
    }
    const [call] = plain.output;
    if (call?.type !== 'function_call') throw new Error('no call');
    const second = await openai.responses.create({
      ...first,
      input: [
        USER,
        call,
        { type: 'function_call_output', call_id: call.call_id, output: 'Sunny.' },
      ],
    });
    expect(second.output_text).toContain('A tool answered: "Sunny."');
  });

  it('of messages come back with their result, plain and streamed alike', async () => {
    const { anthropic } = sandboxClients();
    const { parameters, ...tool } = WEATHER;
    const first = {
      model: 'claude-opus-5',
      max_tokens: 500,
      messages: [USER],
      tools: [{ ...tool, input_schema: { ...parameters, type: 'object' as const } }],
    };
    const plain = await anthropic.messages.create(first);
    const streamed = await anthropic.messages.stream(first).finalMessage();
    for (const { content, stop_reason } of [plain, streamed]) {
      expect(stop_reason).toBe('tool_use');
      expect(content).toMatchObject([{ type: 'tool_use', name: 'get_weather', input: ARGUMENTS }]);
    }
    const [use] = plain.content;
    if (use?.type !== 'tool_use') throw new Error('no tool');
    const second = await anthropic.messages.create({
      ...first,
      messages: [
        USER,
        { role: 'assistant', content: plain.content },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: use.id, content: 'Sunny.' }],
        },
      ],
    });
    expect(JSON.stringify(second.content)).toContain('A tool answered: \\"Sunny.\\"');
  });

  it.each([
    ['required', 'tool_calls'],
    [{ type: 'function', function: { name: 'get_weather' } }, 'tool_calls'],
    ['none', 'stop'],
    ['auto', 'stop'],
  ] as const)('are called as tool_choice has it: %j', async (tool_choice, finish) => {
    const { openai } = sandboxClients();
    const { choices } = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Hello' }],
      tools: [{ type: 'function', function: WEATHER }],
      tool_choice,
    });
    expect(choices[0]?.finish_reason).toBe(finish);
  });

  it('that are custom take any text', async () => {
    const { openai } = sandboxClients();
    const { choices } = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Run run_query.' }],
      tools: [{ type: 'custom', custom: { name: 'run_query' } }],
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { type: 'custom', custom: { name: 'run_query', input: 'sandbox' } },
    ]);
  });
});

describe('a structure that is asked for', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
      born: { anyOf: [{ type: 'integer', minimum: 1815 }, { type: 'null' }] },
      isReal: { type: ['boolean', 'null'] },
    },
    required: ['name', 'tags', 'born', 'isReal'],
    $defs: { tag: { enum: ['a', 'b'] } },
  };
  const sample = { name: 'sandbox', tags: ['a'], born: 1815, isReal: true };

  it('is answered by a sample of it, in every API', async () => {
    const { openai, anthropic } = sandboxClients();
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const chat = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
    });
    const response = await openai.responses.create({
      model: 'gpt-5',
      input: 'Hello',
      text: { format: { type: 'json_schema', name: 'person', schema } },
    });
    const message = await anthropic.messages.create({
      model: 'claude-opus-5',
      max_tokens: 500,
      messages,
      output_config: { format: { type: 'json_schema', schema } },
    });
    const [block] = message.content;
    for (const text of [
      chat.choices[0]?.message.content,
      response.output_text,
      block?.type === 'text' ? block.text : '',
    ]) {
      expect(JSON.parse(text ?? '')).toEqual(sample);
    }
  });
});

describe('responses in the sandbox', () => {
  it('are streamed as they are answered plainly', async () => {
    const { openai } = sandboxClients();
    const body = {
      model: 'gpt-5',
      input: 'Hello',
      reasoning: { effort: 'low' as const, summary: 'auto' as const },
    };
    const plain = await openai.responses.create(body);
    const streamed = await openai.responses.stream(body).finalResponse();
    expect(streamed.output_text).toBe(plain.output_text);
    expect(streamed.usage).toEqual(plain.usage);
    expect(streamed.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  });

  it('are kept until they are deleted', async () => {
    const { openai, send } = sandboxClients();
    const made = await openai.responses.create({ model: 'gpt-5', input: 'Hello' });
    expect(await openai.responses.retrieve(made.id)).toMatchObject({ id: made.id });
    const events: string[] = [];
    const stream = await openai.responses.retrieve(made.id, { stream: true, starting_after: 1 });
    for await (const event of stream) events.push(event.type);
    expect(events.at(0)).toBe('response.output_item.added');
    expect(events.at(-1)).toBe('response.completed');
    const items = await openai.responses.inputItems.list(made.id);
    expect(items.data).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
    ]);
    const cancel = await send(`http://sandbox.test/v1/responses/${made.id}/cancel`, {
      method: 'POST',
    });
    expect(cancel.status).toBe(400);
    await openai.responses.delete(made.id);
    await expect(openai.responses.retrieve(made.id)).rejects.toThrow(NotFoundError);
    const unstored = await openai.responses.create({ model: 'gpt-5', input: 'x', store: false });
    await expect(openai.responses.retrieve(unstored.id)).rejects.toThrow(NotFoundError);
  });

  it('are cut by their limit, and count as they bill', async () => {
    const { openai } = sandboxClients();
    const cut = await openai.responses.create({
      model: 'gpt-5',
      input: 'Hello',
      max_output_tokens: 3,
    });
    expect(cut).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 3 },
    });
    const { input_tokens } = await openai.responses.inputTokens.count({
      model: 'gpt-5',
      input: 'Hello',
    });
    expect(input_tokens).toBe(cut.usage?.input_tokens);
  });
});

describe('the other APIs in the sandbox', () => {
  it('embeddings are vectors of length 1, the same to the same text', async () => {
    const { openai } = sandboxClients();
    const model = 'text-embedding-3-small';
    const { data } = await openai.embeddings.create({ model, input: ['a', 'a', 'b'] });
    const [first = [], same, other] = data.map(({ embedding }) => embedding);
    expect(first).toHaveLength(1_536);
    expect(Math.hypot(...first)).toBeCloseTo(1, 5);
    expect([same, other]).toEqual([first, expect.not.arrayContaining(first)]);
    const short = await openai.embeddings.create({
      model,
      input: [1, 2, 3],
      dimensions: 4,
      encoding_format: 'float',
    });
    expect(short.data[0]?.embedding).toHaveLength(4);
    expect(short.usage.prompt_tokens).toBe(3);
  });

  it('completions answer each prompt, to their limit', async () => {
    const { openai } = sandboxClients();
    const body = { model: 'm', prompt: ['a', 'b'], n: 2, max_tokens: 3 };
    const plain = await openai.completions.create(body);
    expect(plain.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(plain.usage?.completion_tokens).toBe(12);
    const stream = await openai.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    const texts = ['', '', '', ''];
    let usage: unknown;
    for await (const chunk of stream) {
      for (const { index, text } of chunk.choices) texts[index] += text;
      usage = chunk.usage ?? usage;
    }
    expect(texts).toEqual(plain.choices.map(({ text }) => text));
    expect(usage).toEqual(plain.usage);
    const echoed = await openai.completions.create({ model: 'm', prompt: 'a b', echo: true });
    expect(echoed.choices[0]?.text).toMatch(/^a bHello from/);
  });

  it('images, speech and moderations are empty, and well formed', async () => {
    const { openai } = sandboxClients();
    const { data } = await openai.images.generate({ model: 'gpt-image-2', prompt: 'x', n: 2 });
    expect(data).toHaveLength(2);
    expect(
      Buffer.from(data?.[0]?.b64_json ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const events: string[] = [];
    const stream = await openai.images.generate({
      model: 'gpt-image-2',
      prompt: 'x',
      stream: true,
      partial_images: 1,
    });
    for await (const { type } of stream) events.push(type);
    expect(events).toEqual(['image_generation.partial_image', 'image_generation.completed']);
    const sound = await openai.audio.speech.create({
      model: 'tts-1',
      input: 'Hello',
      voice: 'alloy',
      response_format: 'wav',
    });
    expect(
      Buffer.from(await sound.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('RIFF');
    const moderated = await openai.moderations.create({ input: ['a', 'b'] });
    expect(moderated.results.map(({ flagged }) => flagged)).toEqual([false, false]);
  });
});

describe('a request of any shape', () => {
  it('is read openly: parts, calls, items and blocks that the sandbox does not know', async () => {
    const { openai, anthropic } = sandboxClients();
    const image = { type: 'image_url', image_url: { url: 'https://h/a.png' } } as const;
    const chat = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one' }, image] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'two' }] },
      ],
    });
    expect(chat.choices[0]?.message.content).toContain('A tool answered: "two"');
    const response = await openai.responses.create({
      model: 'gpt-5',
      input: [
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'x' }] },
        { type: 'item_reference', id: 'msg_1' },
        { role: 'user', content: [{ type: 'input_text', text: 'three' }] },
      ],
    });
    expect(response.output_text).toContain('You said: "three"');
    const message = await anthropic.messages.create({
      model: 'claude-opus-5',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'four' },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'd' } },
          ],
        },
      ],
    });
    expect(JSON.stringify(message.content)).toContain('You said: \\"four\\"');
  });
});
