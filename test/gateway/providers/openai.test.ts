import { describe, expect, it } from 'vitest';
import {
  chatAnswers,
  embeddingAnswers,
  responseAnswers,
} from '../../../gateway/providers/openai/answers.js';
import { NO_USAGE } from '../../../src/pricing/usage.js';
import { answerAs } from '../../upstreams/provider.js';
import { readEvents, readPlain } from './read.js';

const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
const chat = (fields: object, more: object = {}) =>
  readPlain(chatAnswers, { usage: { ...usage, ...fields }, ...more });

describe('chat completions: usage in common form', () => {
  it.each<[string, object, object]>([
    ['as it is', {}, { input: 100, output: 50 }],
    ['without a total', { total_tokens: null }, { input: 100, output: 50 }],
    [
      'cached and written input are part of the prompt',
      { prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 } },
      { input: 10, cachedInput: 60, cacheWrite: 30 },
    ],
    [
      'reasoning is part of the completion',
      { completion_tokens_details: { reasoning_tokens: 20 } },
      { output: 30, reasoning: 20 },
    ],
    [
      "DeepSeek's cache hits",
      { prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
      { input: 36, cachedInput: 64 },
    ],
    [
      'reasoning beside the completion, as xAI counts it',
      { total_tokens: 190, completion_tokens_details: { reasoning_tokens: 40 } },
      { output: 50, reasoning: 40 },
    ],
    [
      'thinking that is in the total alone, as Gemini counts it',
      { total_tokens: 175 },
      { output: 50, reasoning: 25 },
    ],
    [
      'searches that are billed by the piece',
      { num_search_queries: 2, server_tool_use: { web_search_requests: 3 } },
      { serverTools: { num_search_queries: 2, web_search: 3 } },
    ],
    ['details that are null', { prompt_tokens_details: null }, { input: 100 }],
  ])('%s', (_, fields, expected) => {
    expect(chat(fields)).toMatchObject({ status: 'read', usage: expected });
  });

  it('the tier is the one that the answer says', () => {
    expect(chat({}, { service_tier: 'priority' })).toMatchObject({ usage: { tier: 'priority' } });
    expect(chat({}, { service_tier: null })).toMatchObject({ usage: { tier: 'default' } });
  });

  it.each<[string, object]>([
    ['negative', { prompt_tokens: -1 }],
    ['fractional', { completion_tokens: 1.5 }],
    ['text', { completion_tokens: '50' }],
    ['absent', { completion_tokens: undefined }],
    ['beyond 2^53, and not in the total', { prompt_tokens: 2 ** 53 }],
    ['a total that is less than its parts', { total_tokens: 149 }],
    ['more cached than there was', { prompt_tokens_details: { cached_tokens: 101 } }],
    ['more reasoning than there was', { completion_tokens_details: { reasoning_tokens: 51 } }],
    ['details that are no object', { prompt_tokens_details: [] }],
    ['sound, which has a price of its own', { prompt_tokens_details: { audio_tokens: 1 } }],
    ['sound put out', { completion_tokens_details: { audio_tokens: 1 } }],
    ['half a search', { num_search_queries: 0.5 }],
    ['searches below none', { server_tool_use: { web_search_requests: -1 } }],
  ])('%s: malformed', (_, fields) => {
    expect(chat(fields).status).toBe('malformed');
  });

  it.each<[string, object]>([
    ['than the model can take in', { prompt_tokens: 10_001, total_tokens: 10_051 }],
    ['than the model can put out', { completion_tokens: 10_001, total_tokens: 10_101 }],
    ['than that by a total alone', { total_tokens: 10_101 }],
    ['than can be counted', { prompt_tokens: 2 ** 60, total_tokens: null }],
  ])('more %s: above the maximum', (_, fields) => {
    expect(chat(fields).status).toBe('above_maximum');
  });

  it.each(['5', '[]', '"x"', 'true'])('a usage that is %s: malformed', (text) => {
    expect(readPlain(chatAnswers, `{"usage":${text}}`).status).toBe('malformed');
  });

  it('a tier that is no name: malformed', () => {
    expect(chat({}, { service_tier: 7 }).status).toBe('malformed');
  });

  it('a count that is there twice: malformed', () => {
    const twice = '{"usage":{"prompt_tokens":100,"completion_tokens":50,"completion_tokens":1}}';
    expect(readPlain(chatAnswers, twice).status).toBe('malformed');
  });

  it.each(['{}', '{"usage":null}', 'no JSON', '', '[{"usage":{}}]'])('%j: missing', (text) => {
    expect(readPlain(chatAnswers, text).status).toBe('missing');
  });

  it('more text than the output can have been: below what was seen', () => {
    const choices = [{ message: { content: 'x'.repeat(129) } }];
    const one = { prompt_tokens: 1, completion_tokens: 1 };
    expect(readPlain(chatAnswers, { choices, usage: one }).status).toBe('below_seen');
    const two = { prompt_tokens: 1, completion_tokens: 2 };
    expect(readPlain(chatAnswers, { choices, usage: two }).status).toBe('read');
  });

  it('the longest token there is: 128 spaces are one', () => {
    const choices = [{ message: { content: ' '.repeat(128) } }];
    const one = { prompt_tokens: 1, completion_tokens: 1 };
    expect(readPlain(chatAnswers, { choices, usage: one }).status).toBe('read');
  });
});

describe('chat completions: streams of other providers', () => {
  const chunk = (content: string, said?: object) => ({
    choices: [{ delta: { content } }],
    ...(said === undefined ? {} : { usage: said }),
  });
  const counts = (completion_tokens: number) => ({ prompt_tokens: 7, completion_tokens });

  it('usage so far in every chunk, as vLLM can: the last counts, once [DONE] was seen', () => {
    const events = [chunk('a', counts(1)), chunk('b', counts(2)), chunk('c', counts(3))];
    expect(readEvents(chatAnswers, events).status).toBe('missing');
    expect(readEvents(chatAnswers, [...events, '[DONE]'])).toMatchObject({
      status: 'read',
      usage: { input: 7, output: 3 },
    });
  });

  it('usage in the last chunk that has a choice, as Mistral sends it', () => {
    const events = [chunk('a'), chunk('', counts(3)), '[DONE]'];
    expect(readEvents(chatAnswers, events)).toMatchObject({ usage: { input: 7, output: 3 } });
  });

  it('usage that goes down: the larger counts', () => {
    const events = [chunk('a', counts(5)), chunk('b', counts(2)), '[DONE]'];
    expect(readEvents(chatAnswers, events)).toMatchObject({ status: 'read', usage: { output: 5 } });
  });

  it('one that is malformed is mended by a whole one behind it, and by nothing less', () => {
    const bad = chunk('a', counts(-5));
    const whole = [bad, chunk('b', counts(2)), '[DONE]'];
    expect(readEvents(chatAnswers, whole)).toMatchObject({ status: 'read', usage: { output: 2 } });
    const part = [bad, chunk('b', { prompt_tokens: 7 }), '[DONE]'];
    expect(readEvents(chatAnswers, part).status).toBe('malformed');
    expect(readEvents(chatAnswers, [chunk('b', counts(2)), bad, '[DONE]']).status).toBe(
      'malformed',
    );
  });

  it('the tier is the one that is named last, wherever that is', () => {
    const named = (service_tier: string) => ({ choices: [], service_tier });
    const usage = { choices: [], usage: counts(2) };
    const tierOf = (events: object[]) => readEvents(chatAnswers, [...events, '[DONE]']);
    expect(tierOf([named('default'), usage, named('priority')])).toMatchObject({
      usage: { tier: 'priority' },
    });
    expect(tierOf([named('flex'), usage, { choices: [] }])).toMatchObject({
      usage: { tier: 'flex' },
    });
    // A name that is none.
    expect(tierOf([named('auto'), usage])).toMatchObject({ usage: { tier: 'default' } });
  });

  it('text in every field that is output counts as seen', () => {
    const long = 'x'.repeat(200);
    const deltas = [
      { content: long },
      { refusal: long },
      { reasoning_content: long },
      { tool_calls: [{ function: { arguments: long } }] },
    ];
    for (const delta of deltas) {
      const events = [{ choices: [{ delta }] }, { choices: [], usage: counts(1) }];
      expect(readEvents(chatAnswers, events).status).toBe('below_seen');
    }
  });
});

describe('responses', () => {
  const said = { input_tokens: 100, output_tokens: 50, total_tokens: 150 };
  const output = [
    { type: 'web_search_call', action: { type: 'search' } },
    { type: 'web_search_call', action: { type: 'open_page' } },
    { type: 'file_search_call' },
    { type: 'brand_new_call' },
    { type: 'function_call', arguments: '{}' },
    { type: 'mcp_call' },
    { type: 'reasoning' },
    { type: 'message', content: [{ type: 'output_text', text: 'Hi' }] },
  ];

  it("OpenAI's own tools are counted by their items, new ones too; the caller's are not", () => {
    const serverTools = { web_search: 1, file_search: 1, brand_new: 1 };
    const expected = {
      status: 'read',
      usage: { ...NO_USAGE, input: 100, output: 50, serverTools },
    };
    expect(readPlain(responseAnswers, { output, usage: said })).toEqual(expected);
    const completed = { type: 'response.completed', response: { output, usage: said } };
    expect(readEvents(responseAnswers, [completed])).toEqual(expected);
  });

  it.each(['completed', 'incomplete', 'failed'])('response.%s is the last word', (name) => {
    const events = [
      { type: 'response.created', response: { usage: null } },
      { type: `response.${name}`, response: { usage: said } },
    ];
    expect(readEvents(responseAnswers, events).status).toBe('read');
  });

  it('one that failed before it did anything, one still under way: missing', () => {
    const failed = { type: 'response.failed', response: { usage: null } };
    expect(readEvents(responseAnswers, [failed]).status).toBe('missing');
    const early = { type: 'response.in_progress', response: { usage: said } };
    expect(readEvents(responseAnswers, [early]).status).toBe('missing');
    expect(readPlain(responseAnswers, { status: 'queued', usage: null }).status).toBe('missing');
  });

  it('text that went by and is not counted', () => {
    const delta = { type: 'response.output_text.delta', delta: 'x'.repeat(1_000) };
    const none = { input_tokens: 5, output_tokens: 0 };
    const completed = { type: 'response.completed', response: { usage: none } };
    expect(readEvents(responseAnswers, [delta, completed]).status).toBe('below_seen');
    // A summary is not what is billed: it is held against nothing.
    const summary = { ...delta, type: 'response.reasoning_summary_text.delta' };
    expect(readEvents(responseAnswers, [summary, completed]).status).toBe('read');
  });

  it('a last event of which the usage is there twice: malformed', () => {
    const one = '"usage":{"input_tokens":1,"output_tokens":1}';
    const event = `{"type":"response.completed","response":{${one},${one}}}`;
    expect(readEvents(responseAnswers, [event]).status).toBe('malformed');
  });
});

describe('embeddings', () => {
  it.each(['float', 'base64'])('%s: input alone', (encoding_format) => {
    const request = { model: 'm', input: ['one', 'three'], encoding_format };
    const { pieces, billed } = answerAs('/v1/embeddings', request);
    const expected = { status: 'read', usage: billed };
    expect(readPlain(embeddingAnswers, pieces.join(''))).toEqual(expected);
  });

  it('counted in the total alone', () => {
    const said = { prompt_tokens: 0, total_tokens: 12 };
    expect(readPlain(embeddingAnswers, { usage: said })).toMatchObject({ usage: { input: 12 } });
  });

  it('not said, or wrong', () => {
    expect(readPlain(embeddingAnswers, { data: [] }).status).toBe('missing');
    const wrong = { prompt_tokens: 5, total_tokens: 4 };
    expect(readPlain(embeddingAnswers, { usage: wrong }).status).toBe('malformed');
  });
});
