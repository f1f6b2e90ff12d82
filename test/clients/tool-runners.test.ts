import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import OpenAI from 'openai';
import { zodResponsesFunction } from 'openai/helpers/zod';
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Behind, startBehind } from './behind.js';
import { begin, UNITS } from './exact.js';
import { TASKS } from './tasks.js';

/**
 * The loops of the official SDKs through a gateway of its own process, as a user has them: a base URL, and
 * a macaroon as the key. What the model answers goes back as the SDK sends it, every field of it.
 */
let behind: Behind;
beforeAll(async () => {
  behind = await startBehind();
});
afterAll(() => behind.close());

const GPT = 'gpt-5-mini';
const CLAUDE = 'claude-sonnet-5';
const PROMPT = 'What is the weather in Oslo and in Rome, and what do the temperatures add up to?';

const city = z.object({ city: z.string() });
const two = z.object({ a: z.number(), b: z.number() });
const weather = ({ city: name }: z.infer<typeof city>) =>
  JSON.stringify({ city: name, celsius: 4 });
const add = ({ a, b }: z.infer<typeof two>) => String(a + b);

const LOOPS = {
  'chat.completions.runTools': async (key: string, stream: boolean) => {
    const client = new OpenAI({ baseURL: `${behind.url}/v1`, apiKey: key, maxRetries: 0 });
    const tools = [toolOf('get_weather', city, weather), toolOf('add', two, add)];
    const messages = [{ role: 'user' as const, content: PROMPT }];
    const runner = stream
      ? client.chat.completions.runTools({ model: GPT, stream, messages, tools })
      : client.chat.completions.runTools({ model: GPT, messages, tools });
    return runner.finalContent();
  },

  'responses, every item sent back': async (key: string, stream: boolean) => {
    const client = new OpenAI({ baseURL: `${behind.url}/v1`, apiKey: key, maxRetries: 0 });
    const input: ResponseInputItem[] = [{ role: 'user', content: PROMPT }];
    for (;;) {
      const response = await respond(client, { input, store: false }, stream);
      const outputs = outputsOf(response);
      if (outputs.length === 0) return response.output_text;
      input.push(...(response.output as ResponseInputItem[]), ...outputs);
    }
  },

  'responses, by previous_response_id': async (key: string, stream: boolean) => {
    const client = new OpenAI({ baseURL: `${behind.url}/v1`, apiKey: key, maxRetries: 0 });
    let input: ResponseInputItem[] = [{ role: 'user', content: PROMPT }];
    let previous_response_id: string | null = null;
    for (;;) {
      const response: OpenAI.Responses.Response = await respond(
        client,
        { input, previous_response_id },
        stream,
      );
      input = outputsOf(response);
      if (input.length === 0) return response.output_text;
      previous_response_id = response.id;
    }
  },

  'beta.messages.toolRunner, a thread kept by the provider': (key: string, stream: boolean) =>
    claude(key, stream, {}),

  'beta.messages.toolRunner, the whole history sent': (key: string, stream: boolean) =>
    claude(key, stream, { thread: false }),
};

function toolOf<T>(name: string, schema: z.ZodType<T>, run: (input: T) => string) {
  return {
    type: 'function' as const,
    function: {
      name,
      description: name,
      parameters: z.toJSONSchema(schema) as Record<string, unknown>,
      parse: (text: string) => schema.parse(JSON.parse(text)),
      function: run as (input: unknown) => string,
    },
  };
}

async function respond(
  client: OpenAI,
  request: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>,
  stream: boolean,
): Promise<OpenAI.Responses.Response> {
  const tools = [
    zodResponsesFunction({ name: 'get_weather', parameters: city }),
    zodResponsesFunction({ name: 'add', parameters: two }),
  ];
  const include = ['reasoning.encrypted_content' as const];
  const body = { ...request, model: GPT, tools, include };
  return stream ? client.responses.stream(body).finalResponse() : client.responses.create(body);
}

function outputsOf({ output }: OpenAI.Responses.Response): ResponseInputItem[] {
  return output.flatMap((item) => {
    if (item.type !== 'function_call') return [];
    const given: unknown = JSON.parse(item.arguments);
    const result = item.name === 'add' ? add(two.parse(given)) : weather(city.parse(given));
    return [{ type: 'function_call_output' as const, call_id: item.call_id, output: result }];
  });
}

async function claude(key: string, stream: boolean, extra: { thread?: false }): Promise<string> {
  const client = new Anthropic({ baseURL: behind.url, apiKey: key, maxRetries: 0 });
  const runner = client.beta.messages.toolRunner({
    ...extra,
    model: CLAUDE,
    stream,
    max_tokens: 4_096,
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [{ role: 'user', content: PROMPT }],
    tools: [
      betaZodTool({ name: 'get_weather', description: 'Weather', inputSchema: city, run: weather }),
      betaZodTool({ name: 'add', description: 'A sum', inputSchema: two, run: add }),
    ],
  });
  const { content } = await runner.runUntilDone();
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}

const cases = (Object.keys(LOOPS) as (keyof typeof LOOPS)[]).flatMap((loop) =>
  [false, true].flatMap((stream) => UNITS.map((unit) => [loop, stream, unit] as const)),
);

describe.each(cases)('%s (streamed: %s), on %s', (loop, stream, unit) => {
  it('finishes three turns of tools, and is charged what was billed', async () => {
    const run = await begin(behind, TASKS['tools']!, unit);
    expect(await LOOPS[loop](run.macaroon, stream)).toBe('All done.');
    expect((await run.isCharged()).calls).toBe(4);
    // Nothing was refused and then tried in another way.
    expect(await behind.refusals()).toEqual({});
  });
});
