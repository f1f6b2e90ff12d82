import OpenAI from 'openai';
import { z } from 'zod';
import { api, apiKey, baseURL, feature, finish, model, PROMPT, stream, tools } from './setting.mjs';

const client = new OpenAI({ baseURL, apiKey });

const functions = tools.map(({ name, description, parameters }) => ({
  type: 'function',
  name,
  description,
  strict: false,
  parameters: z.toJSONSchema(parameters),
}));

const AGENTS = { chat: runTools, responses: feature === 'stored' ? continued : echoed };
finish(await AGENTS[api]());

/** The SDK's own loop of chat completions. */
async function runTools() {
  const runner = client.chat.completions.runTools({
    model,
    stream,
    messages: [{ role: 'user', content: PROMPT }],
    tools: tools.map(({ name, description, parameters, run }) => ({
      type: 'function',
      function: {
        name,
        description,
        parameters: z.toJSONSchema(parameters),
        parse: JSON.parse,
        function: run,
      },
    })),
  });
  return runner.finalContent();
}

async function create(body) {
  return stream ? client.responses.stream(body).finalResponse() : client.responses.create(body);
}

function outputsOf(response) {
  return response.output
    .filter(({ type }) => type === 'function_call')
    .map(({ call_id, name, arguments: input }) => ({
      type: 'function_call_output',
      call_id,
      output: tools.find((tool) => tool.name === name).run(JSON.parse(input)),
    }));
}

/** Whole answers go back as they came, reasoning included. */
async function echoed() {
  const input = [{ role: 'user', content: PROMPT }];
  const include = ['reasoning.encrypted_content'];
  for (;;) {
    const response = await create({ model, input, tools: functions, store: false, include });
    const outputs = outputsOf(response);
    if (outputs.length === 0) return response.output_text;
    input.push(...response.output, ...outputs);
  }
}

/** The provider keeps the history; each turn names the one before. */
async function continued() {
  let input = [{ role: 'user', content: PROMPT }];
  let previous_response_id;
  for (;;) {
    const response = await create({ model, input, tools: functions, previous_response_id });
    input = outputsOf(response);
    if (input.length === 0) return response.output_text;
    previous_response_id = response.id;
  }
}
