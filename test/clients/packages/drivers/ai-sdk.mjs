import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, streamText, tool } from 'ai';
import { api, apiKey, baseURL, feature, finish, model, PROMPT, stream, tools } from './setting.mjs';

const openai = createOpenAI({ baseURL, apiKey });
const anthropic = createAnthropic({ baseURL, apiKey });

const MODELS = {
  chat: () => openai.chat(model),
  responses: () => openai.responses(model),
  messages: () => anthropic(model),
};
const SEARCH = {
  responses: () => ({ web_search: openai.tools.webSearch({}) }),
  messages: () => ({ web_search: anthropic.tools.webSearch_20250305({}) }),
};
const PROVIDER_OPTIONS = {
  // `store: false` has the SDK ask for encrypted reasoning and send it back.
  encrypted: { openai: { store: false, reasoningSummary: 'auto' } },
  thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
};

const options = {
  model: MODELS[api](),
  prompt: PROMPT,
  stopWhen: isStepCount(10),
  tools: {
    ...Object.fromEntries(
      tools.map(({ name, description, parameters, run }) => [
        name,
        tool({ description, inputSchema: parameters, execute: run }),
      ]),
    ),
    ...(feature === 'search' ? SEARCH[api]() : {}),
  },
  providerOptions: PROVIDER_OPTIONS[feature] ?? {},
};

if (stream) {
  // What goes wrong in a stream is told to this function alone.
  let failure;
  const onError = ({ error }) => {
    failure = error;
  };
  const result = streamText({ ...options, onError });
  await result.consumeStream();
  if (failure !== undefined) throw failure;
  finish(await result.text);
} else {
  finish((await generateText(options)).text);
}
