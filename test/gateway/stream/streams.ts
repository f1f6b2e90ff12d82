import { messageAnswers } from '../../../gateway/providers/anthropic/answers.js';
import { chatAnswers, responseAnswers } from '../../../gateway/providers/openai/answers.js';
import type { AnswerFormat } from '../../../gateway/stream/reading.js';
import { NO_USAGE, type Usage } from '../../../src/pricing/usage.js';
import { fc } from '../../support/property.js';
import { answerAs } from '../../upstreams/provider.js';
import type { Script } from '../../upstreams/said.js';

export const TERMS = { most: { input: 1_000_000, output: 1_000_000 }, mayWriteLong: true };

export interface Api {
  readonly path: string;
  readonly format: AnswerFormat;
  request(options: { readonly stream: boolean; readonly text: string }): Record<string, unknown>;
  /** What of a usage this API has fields for. */
  express(usage: Usage): Usage;
}

export const CHAT: Api = {
  path: '/v1/chat/completions',
  format: chatAnswers,
  request: ({ stream, text }) => ({
    model: 'm',
    messages: [{ role: 'user', content: text }],
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
  }),
  express: (usage) => ({ ...usage, cacheWriteLong: 0, serverTools: {} }),
};

const RESPONSES: Api = {
  path: '/v1/responses',
  format: responseAnswers,
  request: ({ stream, text }) => ({ model: 'm', input: text, stream }),
  express: (usage) => ({ ...usage, cacheWriteLong: 0 }),
};

export const MESSAGES: Api = {
  path: '/v1/messages',
  format: messageAnswers,
  request: ({ stream, text }) => ({
    model: 'm',
    max_tokens: 100_000,
    messages: [{ role: 'user', content: text }],
    stream,
  }),
  express: (usage) => usage,
};

export const APIS = [CHAT, RESPONSES, MESSAGES].map((api) => [api.path, api] as const);

const tokens = fc.nat({ max: 5_000 });

/** Whatever a provider can bill for. The output is counted by what is said. */
export const extras = fc.record({
  input: tokens,
  cachedInput: tokens,
  cacheWrite: tokens,
  cacheWriteLong: tokens,
  reasoning: fc.nat({ max: 500 }),
  tier: fc.constantFrom('default', 'priority'),
  serverTools: fc.constantFrom({}, { web_search: 2 }),
});

export const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });

/** The bytes of one answer, and what it bills. */
export function answer(api: Api, stream: boolean, script: Script) {
  const usage = api.express({ ...NO_USAGE, ...script.usage });
  const { output: _counted, ...said } = usage;
  const { pieces, billed = NO_USAGE } = answerAs(api.path, api.request({ stream, text: 'What?' }), {
    script: () => ({ ...script, usage: script.usage === undefined ? {} : said }),
  });
  return { events: pieces, body: pieces.join(''), billed };
}
