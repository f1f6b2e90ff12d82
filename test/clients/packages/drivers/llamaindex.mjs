import { anthropic } from '@llamaindex/anthropic';
import { openai, openaiResponses } from '@llamaindex/openai';
import { agent, agentStreamEvent } from '@llamaindex/workflow';
import { tool } from 'llamaindex';
import { api, apiKey, baseURL, finish, model, PROMPT, root, stream, tools } from './setting.mjs';

// `anthropic()` takes no address: the SDK beneath it reads this variable.
process.env.ANTHROPIC_BASE_URL = root;

const MODELS = {
  chat: () => openai({ model, apiKey, baseURL }),
  responses: () => openaiResponses({ model, apiKey, baseURL }),
  messages: () => anthropic({ model, apiKey, maxTokens: 4096 }),
};

const weatherAgent = agent({
  llm: MODELS[api](),
  tools: tools.map(({ name, description, parameters, run }) =>
    tool({ name, description, parameters, execute: run }),
  ),
  verbose: false,
});

if (stream) {
  let text = '';
  for await (const event of weatherAgent.runStream(PROMPT)) {
    if (agentStreamEvent.include(event)) text += event.data.delta;
  }
  finish(text.trim());
} else {
  const { data } = await weatherAgent.run(PROMPT);
  finish(data.result);
}
