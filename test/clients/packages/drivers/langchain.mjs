import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import {
  api,
  apiKey,
  baseURL,
  feature,
  finish,
  model,
  PROMPT,
  root,
  stream,
  tools,
} from './setting.mjs';

const openai = { model, apiKey, configuration: { baseURL } };
const MODELS = {
  chat: () => new ChatOpenAI(openai),
  responses: () =>
    new ChatOpenAI({
      ...openai,
      useResponsesApi: true,
      ...(feature === 'encrypted' && { zdrEnabled: true, reasoning: { summary: 'auto' } }),
    }),
  messages: () =>
    new ChatAnthropic({
      model,
      apiKey,
      anthropicApiUrl: root,
      maxTokens: 4096,
      ...(feature === 'thinking' && { thinking: { type: 'enabled', budget_tokens: 1024 } }),
    }),
};

const agent = createAgent({
  model: MODELS[api](),
  tools: tools.map(({ name, description, parameters, run }) =>
    tool(run, { name, description, schema: parameters }),
  ),
});
const input = { messages: [{ role: 'user', content: PROMPT }] };

let last = '';
if (stream) {
  const parts = new Map();
  for await (const [chunk] of await agent.stream(input, { streamMode: 'messages' })) {
    if (chunk.getType() === 'ai') parts.set(chunk.id, (parts.get(chunk.id) ?? '') + chunk.text);
  }
  last = [...parts.values()].findLast((text) => text !== '');
} else {
  const { messages } = await agent.invoke(input);
  last = messages.at(-1).text;
}
finish(last);
