import { describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import { jpegOf, pngOf } from '../../pricing/bound/pictures.js';
import { read, refusal } from './support.js';

/** Of 10 × 10 patches on GPT-6, whose factor is 1.2. */
const SMALL = 120 + 32;
const MOST = 36_000 + 32;
const PNG = `data:image/png;base64,${pngOf(320, 320)}`;
const LINK = 'https://example.com/a.png';

const chat = (image: object, model = 'gpt-6.2-sol') => ({
  model,
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: image }] }],
});
const responses = (image: object) => ({
  model: 'gpt-6.2-sol',
  input: [{ role: 'user', content: [{ type: 'input_image', ...image }] }],
});
const screen = (output: object) => ({
  model: 'gpt-6.2-sol',
  input: [{ type: 'computer_call_output', call_id: 'c', output }],
});
const messages = (source: object) => ({
  model: 'claude-opus-5-5',
  max_tokens: 9,
  messages: [{ role: 'user', content: [{ type: 'image', source }] }],
});

const USER = 'user'.length;

describe('an image in the request counts by its size', () => {
  it.each([
    ['a chat', 'chat', chat({ url: PNG }), USER + SMALL],
    ['a chat, original', 'chat', chat({ url: PNG, detail: 'original' }), USER + SMALL],
    ['a response', 'responses', responses({ image_url: PNG, detail: 'original' }), USER + SMALL],
    [
      'a JPEG',
      'responses',
      responses({ image_url: `data:image/jpeg;base64,${jpegOf(320, 320)}` }),
      USER + SMALL,
    ],
    [
      'a message',
      'messages',
      messages({ type: 'base64', media_type: 'image/png', data: pngOf(280, 280) }),
      USER + Math.ceil((280 * 280) / 750) + 32,
    ],
  ] as const)('%s', (_, api, body, tokens) => {
    expect(read(api, body).inputTokens).toBe(tokens);
  });

  it('on a screen too', () => {
    const at = (image_url: string) =>
      read('responses', screen({ type: 'computer_screenshot', image_url })).inputTokens;
    expect(at(LINK) - at(PNG)).toBe(MOST - SMALL);
  });
});

describe('an image that may be another counts as the largest', () => {
  const data = pngOf(280, 280);
  it.each([
    ['behind a link', 'chat', chat({ url: LINK }), USER + MOST],
    [
      'with a file beside it',
      'responses',
      responses({ image_url: PNG, file_id: 'f' }),
      USER + MOST,
    ],
    [
      'with a link beside it',
      'messages',
      messages({ type: 'url', url: LINK, data }),
      USER + 4_784 + 32,
    ],
    [
      'whose bytes are cut',
      'messages',
      messages({ type: 'base64', media_type: 'image/png', data: data.slice(0, 40) }),
      USER + 4_784 + 32,
    ],
  ] as const)('%s', (_, api, body, tokens) => {
    expect(read(api, body).inputTokens).toBe(tokens);
  });
});

describe('an image without a published rule', () => {
  it('is refused with the setting that lets it pass', () => {
    const body = chat({ url: PNG }, 'grok-4');
    expect(refusal('chat', body)).toBe('price_unknown messages[0].content[0].image_url');
    try {
      read('chat', body);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      expect(error.message).toContain('requests.imageTokens');
    }
    expect(read('chat', body, { rules: { imageTokens: 2_000 } }).inputTokens).toBe(USER + 2_000);
  });
});
