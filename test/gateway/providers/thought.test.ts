import { describe, expect, it } from 'vitest';
import { boundRequest } from '../../../gateway/providers/bound.js';
import { chatAnswers } from '../../../gateway/providers/openai/answers.js';
import { readEvents } from './read.js';
import { COUNTING, limitsOf, read, refusal } from './support.js';

const counting = { rules: COUNTING };
const asked = (more: object) => ({
  model: 'm',
  messages: [{ role: 'user', content: 'a' }],
  ...more,
});
const parts = (...content: object[]) => asked({ messages: [{ role: 'user', content }] });

describe.each([
  (tokens: number) => ({ reasoning: { max_tokens: tokens, exclude: true } }),
  (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } }),
])('a budget of thinking in a chat request', (budget) => {
  const outputOf = (body: object) => {
    const request = read('chat', asked({ max_tokens: 1_000, ...body }), counting);
    expect(request.unknown).toEqual([]);
    return boundRequest(request, 1_000, limitsOf(200_000)).outputTokens;
  };

  it('below the limit of the output is under it', () => {
    expect(outputOf(budget(999))).toBe(1_000);
    expect(outputOf(budget(0))).toBe(1_000);
  });

  it('that is not below it is bounded by the context window', () => {
    expect(outputOf(budget(1_000))).toBe(200_000);
    expect(outputOf(budget(5_000))).toBe(200_000);
  });

  it('is refused where unknown names are', () => {
    const [name = ''] = Object.keys(budget(1));
    expect(refusal('chat', asked(budget(1)))).toBe(`invalid_request ${name}`);
    const rules = { fields: [name] };
    expect(refusal('chat', asked(budget(1)), { rules })).toBe('taken');
  });
});

describe('data in a part of an unknown kind', () => {
  it.each([
    { type: 'input_file', filename: 'a.pdf', file_data: 'JVBERi0x' },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
    { type: 'document', mimeType: 'application/pdf', data: 'JVBE' },
    { type: 'attached', file_ids: 'f' },
  ])('is bounded by the context window: %j', (part) => {
    expect(read('chat', parts(part), counting).outgrows).toEqual(['messages[0].content[0]']);
  });

  it('of no file counts as it stands there', () => {
    const encrypted = { type: 'reasoning.encrypted', data: 'abc', format: 'anthropic-claude-v1' };
    const message = { role: 'assistant', content: 'a', reasoning_details: [encrypted] };
    expect(read('chat', asked({ messages: [message] }), counting).outgrows).toEqual([]);
  });
});

it('an image can be its address alone', () => {
  const image = { type: 'image_url', image_url: 'https://x.example/a.png' };
  const nested = { type: 'image_url', image_url: { url: 'https://x.example/a.png' } };
  const tokensOf = (part: object) =>
    read('chat', { ...parts(part), model: 'gpt-4o' }, counting).inputTokens;
  expect(tokensOf(image)).toBe(tokensOf(nested));
});

describe('a usage of the prompt, before any output', () => {
  const early = { choices: [], usage: { prompt_tokens: 9, completion_tokens: 0 } };
  const text = { choices: [{ delta: { content: 'Hi' } }] };
  const last = { choices: [], usage: { prompt_tokens: 9, completion_tokens: 1 } };

  it('is not the last word where the stream then breaks off', () => {
    expect(readEvents(chatAnswers, [early])).toMatchObject({ status: 'missing' });
    expect(readEvents(chatAnswers, [early, text])).toMatchObject({ status: 'missing' });
  });

  it('is mended by the one at the end', () => {
    const read = { status: 'read', usage: { input: 9, output: 1 } };
    expect(readEvents(chatAnswers, [early, text, last])).toMatchObject(read);
    expect(readEvents(chatAnswers, [early, '[DONE]'])).toMatchObject({ status: 'read' });
  });
});
