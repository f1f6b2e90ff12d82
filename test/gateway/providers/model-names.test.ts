import { describe, expect, it } from 'vitest';
import { refusal } from './support.js';

const asked = (model: unknown) => ({ model, messages: [{ role: 'user', content: 'a' }] });

describe('the name of a model', () => {
  it.each([
    'gpt-4o',
    'openai/gpt-4o:free',
    'ft:gpt-4o-2024-08-06:org::abc123',
    '@cf/meta/llama-3-8b',
    'accounts/fireworks/models/llama-v3',
    'Qwen2.5_7B+lora~1',
    'x'.repeat(256),
  ])('can be %s', (model) => {
    expect(refusal('chat', asked(model))).toBe('taken');
  });

  it.each([
    '',
    ' gpt-4o',
    'gpt-4o ',
    'gpt-5-20 25',
    'gpt-5-2025\u0000',
    'gpt-5-2025\n',
    'gpt-5-2025\u00a0',
    'gpt-5-2025\u200b',
    'gpt-5-2025\ufeff',
    'gpt-5-2025\u007f',
    '\ud800',
    'x'.repeat(257),
    null,
    1,
    ['gpt-4o'],
  ])('is not %j, which can be read as another', (model) => {
    expect(refusal('chat', asked(model))).toBe('invalid_request model');
  });
});
