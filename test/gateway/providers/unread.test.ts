import { describe, expect, it } from 'vitest';
import { messageAnswers } from '../../../gateway/providers/anthropic/answers.js';
import {
  chatAnswers,
  embeddingAnswers,
  responseAnswers,
} from '../../../gateway/providers/openai/answers.js';
import { completionAnswers } from '../../../gateway/providers/openai/completion-answers.js';
import { imageAnswers } from '../../../gateway/providers/openai/image-answers.js';
import { readPlain } from './read.js';

const counts = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
const APIS = [
  ['chat', chatAnswers, counts],
  ['responses', responseAnswers, { input_tokens: 100, output_tokens: 50, total_tokens: 150 }],
  ['embeddings', embeddingAnswers, { prompt_tokens: 100, total_tokens: 100 }],
  ['messages', messageAnswers, { input_tokens: 100, output_tokens: 50 }],
  ['images', imageAnswers, { input_tokens: 100, output_tokens: 50, total_tokens: 150 }],
  ['completions', completionAnswers, counts],
] as const;

describe.each(APIS)('%s: numbers in the usage that nobody has read', (_, format, usage) => {
  const read = (fields: object, ignored: string[] = []) =>
    readPlain(format, { usage: { ...usage, ...fields } }, { ignored: new Set(ignored) }).status;

  it.each([
    { citation_tokens: 12 },
    { brand_new: 0.5 },
    { prompt_tokens_details: { brand_new_tokens: 1 } },
    { brand_new: { inside: [{ deeper: 1 }] } },
    { prompt_audio_seconds: 3 },
    { output_tokens_details: { audio_tokens: 1 } },
    { completion_tokens_details: { image_tokens: 1 } },
  ])('%j can be billed: malformed', (fields) => {
    expect(read(fields)).toBe('malformed');
  });

  it.each([
    { citation_tokens: 0 },
    { citation_tokens: null },
    { search_context_size: 'low' },
    { is_byok: false },
    { brand_new: { inside: [{ deeper: 0 }], name: 'x' } },
    { brand_new: -1 },
    { queue_time: 0.1, prompt_time: 0.2, completion_time: 0.3, total_time: 0.5 },
    { total_tokens_per_sec: 91.5, time_to_first_token: 0.2, acceptance_rate: 4.1 },
    { cost: 0.01, cost_details: { upstream_inference_prompt_cost: 0.004 } },
    { estimated_cost: 0.0001 },
    { cost_in_usd_ticks: 3 },
  ])('%j costs nothing of its own', (fields) => {
    expect(read(fields)).toBe('read');
  });

  it('is on the list of the operator, by name or by path', () => {
    const fields = { brand_new: { inside: 1 } };
    for (const name of ['brand_new', 'inside', 'brand_new.inside']) {
      expect(read(fields, [name])).toBe('read');
    }
    expect(read(fields, ['new', 'brand_new.other'])).toBe('malformed');
  });

  it('maps within maps without end are no usage', () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const text = JSON.stringify({ usage }).replace('}}', `,"deep":${deep}}}`);
    expect(readPlain(format, text).status).toBe('malformed');
  });
});

describe('chat completions: what providers besides OpenAI count', () => {
  const read = (fields: object, ignored: string[] = []) =>
    readPlain(chatAnswers, { usage: { ...counts, ...fields } }, { ignored: new Set(ignored) });

  it.each<[string, object, object]>([
    ["Moonshot's cached input", { cached_tokens: 40 }, { input: 60, cachedInput: 40 }],
    [
      'zeros under the names that a gateway does not use',
      { prompt_cache_hit_tokens: 0, input_tokens: 0, prompt_tokens_details: { cached_tokens: 40 } },
      { input: 60, cachedInput: 40 },
    ],
    [
      "LiteLLM's writes",
      { cache_creation_input_tokens: 30, cache_read_input_tokens: 20 },
      { input: 50, cachedInput: 20, cacheWrite: 30 },
    ],
    [
      'writes with their lifetimes',
      {
        prompt_tokens_details: {
          cache_write_tokens: 30,
          cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 15 },
        },
      },
      { input: 70, cacheWrite: 15, cacheWriteLong: 15 },
    ],
    [
      'text and pictures of the prompt',
      { prompt_tokens_details: { text_tokens: 90, image_tokens: 10 } },
      { input: 100 },
    ],
    [
      'predicted tokens, which the completion has',
      {
        completion_tokens_details: { accepted_prediction_tokens: 9, rejected_prediction_tokens: 2 },
      },
      { output: 50 },
    ],
    [
      'reasoning beside the details, which the total has',
      { total_tokens: 170, reasoning_tokens: 20 },
      { output: 50, reasoning: 20 },
    ],
    [
      'reasoning said twice',
      { reasoning_tokens: 20, completion_tokens_details: { reasoning_tokens: 20 } },
      { output: 30, reasoning: 20 },
    ],
  ])('%s', (_, fields, usage) => {
    expect(read(fields)).toMatchObject({ status: 'read', usage });
  });

  it('reasoning beside the total, as Perplexity bills it: malformed, unless the operator knows better', () => {
    expect(read({ reasoning_tokens: 500 }).status).toBe('malformed');
    expect(read({ reasoning_tokens: 500 }, ['reasoning_tokens'])).toMatchObject({
      usage: { output: 50 },
    });
  });

  it('searches that the operator knows to be free', () => {
    const fields = { num_search_queries: 2, server_tool_use: { tool_calls_requested: 1 } };
    expect(read(fields)).toMatchObject({
      usage: { serverTools: { num_search_queries: 2, tool_calls_requested: 1 } },
    });
    const ignored = ['num_search_queries', 'tool_calls_requested'];
    expect(read(fields, ignored)).toMatchObject({ usage: { serverTools: {} } });
  });
});

describe.each(APIS)(
  '%s: input that is too little for the text of the request',
  (_, format, usage) => {
    const read = (textBytes: number, more: object = {}) =>
      readPlain(format, { usage }, { textBytes, ...more }).status;
    const longest = format === messageAnswers ? 1_024 : 128;

    it('is below what was seen, unless the provider may leave some out', () => {
      expect(read(0)).toBe('read');
      expect(read(100 * longest)).toBe('read');
      expect(read(100 * longest + 1)).toBe('below_seen');
      expect(read(100 * longest + 1, { mayShrink: true })).toBe('read');
    });
  },
);
