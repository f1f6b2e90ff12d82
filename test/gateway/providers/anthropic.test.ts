import { describe, expect, it } from 'vitest';
import { messageAnswers } from '../../../gateway/providers/anthropic/answers.js';
import { NO_USAGE } from '../../../src/pricing/usage.js';
import { readEvents, readPlain } from './read.js';

const usage = { input_tokens: 100, output_tokens: 50 };
const read = (fields: object, terms = {}) =>
  readPlain(messageAnswers, { usage: { ...usage, ...fields } }, terms);

describe('messages: usage in common form', () => {
  it('input, cache reads and writes are counted beside each other', () => {
    const fields = {
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      output_tokens_details: { thinking_tokens: 15 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
      service_tier: 'standard',
      inference_geo: 'not_available',
      speed: 'standard',
    };
    expect(read(fields)).toEqual({
      status: 'read',
      usage: {
        ...NO_USAGE,
        input: 100,
        cachedInput: 7,
        cacheWrite: 10,
        cacheWriteLong: 20,
        output: 35,
        reasoning: 15,
        serverTools: { web_search: 2 },
      },
    });
  });

  it('writes of which the kind is not said are the dearer, if the request asked for any such', () => {
    const fields = {
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10 },
    };
    const long = { cacheWrite: 10, cacheWriteLong: 20 };
    expect(read(fields, { mayWriteLong: true })).toMatchObject({ usage: long });
    const short = { cacheWrite: 30, cacheWriteLong: 0 };
    expect(read(fields, { mayWriteLong: false })).toMatchObject({ usage: short });
  });

  it.each<[object, string]>([
    [{}, 'default'],
    [{ service_tier: null, speed: null, inference_geo: 'global' }, 'default'],
    [{ service_tier: 'priority' }, 'priority'],
    [{ speed: 'fast' }, 'fast'],
    [{ inference_geo: 'us' }, 'us'],
    [{ service_tier: 'priority', speed: 'fast', inference_geo: 'us' }, 'priority+fast+us'],
  ])('%j is the tier %s', (fields, tier) => {
    expect(read(fields)).toMatchObject({ usage: { tier } });
  });

  it.each<[string, object]>([
    ['negative', { input_tokens: -1 }],
    ['fractional', { output_tokens: 0.5 }],
    ['absent', { input_tokens: undefined }],
    ['more thinking than output', { output_tokens_details: { thinking_tokens: 51 } }],
    [
      'more kinds of writes than writes',
      { cache_creation_input_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 2 } },
    ],
    ['a tool counted in text', { server_tool_use: { web_search_requests: '1' } }],
    ['work by another model', { iterations: [{ type: 'message' }, { type: 'advisor_message' }] }],
    ['compaction', { iterations: [{ type: 'compaction', input_tokens: 5, output_tokens: 5 }] }],
    ['iterations that are no list', { iterations: 3 }],
  ])('%s: malformed', (_, fields) => {
    expect(read(fields).status).toBe('malformed');
  });

  it.each<[string, object]>([
    ['taken in', { cache_read_input_tokens: 9_901 }],
    ['put out', { output_tokens: 10_001 }],
  ])('too much to have been %s: above the maximum', (_, fields) => {
    expect(read(fields).status).toBe('above_maximum');
  });

  it('plain iterations are in the counts already', () => {
    expect(read({ iterations: [{ type: 'message', ...usage }] }).status).toBe('read');
  });

  it('no usage: missing', () => {
    expect(readPlain(messageAnswers, { content: [] }).status).toBe('missing');
    expect(readEvents(messageAnswers, [{ type: 'message_stop' }]).status).toBe('missing');
  });

  it('text that went by and is not counted', () => {
    const content = [{ type: 'text', text: 'x'.repeat(1_025) }];
    const counted = (output_tokens: number) => ({ content, usage: { ...usage, output_tokens } });
    expect(readPlain(messageAnswers, counted(1)).status).toBe('below_seen');
    expect(readPlain(messageAnswers, counted(2)).status).toBe('read');
  });
});

describe('messages: streams', () => {
  const start = { type: 'message_start', message: { usage: { ...usage, output_tokens: 1 } } };
  const stop = (said: object) => ({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: said,
  });

  it('an error event in the midst: missing', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(readEvents(messageAnswers, [start, error]).status).toBe('missing');
  });

  it('counts that are null leave what was said before', () => {
    const last = stop({ input_tokens: null, output_tokens: 9 });
    expect(readEvents(messageAnswers, [start, last])).toMatchObject({
      usage: { input: 100, output: 9 },
    });
  });

  it('an end without a beginning: malformed', () => {
    expect(readEvents(messageAnswers, [stop({ output_tokens: 9 })]).status).toBe('malformed');
  });

  it.each([
    { type: 'text_delta', text: 'x'.repeat(5_000) },
    { type: 'input_json_delta', partial_json: 'x'.repeat(5_000) },
  ])('$type that went by and is not counted', (delta) => {
    const events = [start, { type: 'content_block_delta', delta }, stop({ output_tokens: 2 })];
    expect(readEvents(messageAnswers, events).status).toBe('below_seen');
  });

  it('thinking that is shown is held against nothing: it can be a summary', () => {
    const delta = { type: 'thinking_delta', thinking: 'x'.repeat(5_000) };
    const events = [start, { type: 'content_block_delta', delta }, stop({ output_tokens: 2 })];
    expect(readEvents(messageAnswers, events).status).toBe('read');
  });
});
