import { describe, expect, it } from 'vitest';
import { messageAnswers } from '../../../gateway/providers/anthropic/answers.js';
import { chatAnswers } from '../../../gateway/providers/openai/answers.js';
import { NO_USAGE } from '../../../src/pricing/usage.js';
import { readEvents, readPlain } from './read.js';

const usage = { input_tokens: 100, output_tokens: 0 };
const free = { status: 'read', usage: NO_USAGE };

describe('a refusal of Anthropic’s', () => {
  const plain = (fields: object) =>
    readPlain(messageAnswers, { content: [], stop_reason: 'refusal', usage, ...fields });
  const streamed = (delta: object, between: object[] = [], last: object = usage) =>
    readEvents(messageAnswers, [
      { type: 'message_start', message: { content: [], usage: { ...usage, output_tokens: 1 } } },
      ...between,
      { type: 'message_delta', delta: { stop_reason: 'refusal', ...delta }, usage: last },
      { type: 'message_stop' },
    ]);

  it.each([
    undefined,
    null,
    { category: null },
    { category: 'cyber' },
    { category: 'general_harms' },
  ])('before any output is free: %j', (stop_details) => {
    expect(plain({ stop_details })).toEqual(free);
    expect(streamed({ stop_details })).toEqual(free);
  });

  it.each(['bio', 'frontier_llm', 'reasoning_extraction', 'brand_new'])(
    'of the category %s is billed',
    (category) => {
      const billed = { status: 'read', usage: { input: 100 } };
      expect(plain({ stop_details: { category } })).toMatchObject(billed);
      expect(streamed({ stop_details: { category } })).toMatchObject(billed);
    },
  );

  it('with any output, or a tool that ran, is billed', () => {
    expect(plain({ usage: { ...usage, output_tokens: 1 } })).toMatchObject({
      usage: { input: 100 },
    });
    expect(plain({ content: [{ type: 'text', text: '' }] })).toMatchObject({
      usage: { input: 100 },
    });
    const server_tool_use = { web_search_requests: 1 };
    expect(plain({ usage: { ...usage, server_tool_use } })).toMatchObject({
      usage: { input: 100 },
    });
    const begun = { type: 'content_block_start', index: 0, content_block: { type: 'thinking' } };
    expect(streamed({}, [begun])).toMatchObject({ usage: { input: 100 } });
    expect(streamed({}, [], { ...usage, output_tokens: 3 })).toMatchObject({
      usage: { output: 3 },
    });
  });

  it('without a count of its output is not known to be free', () => {
    expect(plain({ usage: { input_tokens: 100 } }).status).toBe('malformed');
    expect(plain({ usage: undefined }).status).toBe('missing');
    expect(plain({ stop_reason: 'end_turn' })).toMatchObject({ usage: { input: 100 } });
  });
});

it('a refusal of OpenAI’s is billed', () => {
  const message = { content: null, refusal: '' };
  const choices = [{ message, finish_reason: 'content_filter' }];
  const counts = { prompt_tokens: 100, completion_tokens: 0 };
  expect(readPlain(chatAnswers, { choices, usage: counts })).toMatchObject({
    usage: { input: 100 },
  });
});
