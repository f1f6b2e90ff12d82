import type { SpeechCreateParams } from 'openai/resources/audio/speech';
import type { CompletionCreateParams } from 'openai/resources/completions';
import type { ImageGenerateParams } from 'openai/resources/images';
import type { ModerationCreateParams } from 'openai/resources/moderations';
import type { InputTokenCountParams } from 'openai/resources/responses/input-tokens';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../../gateway/providers/request.js';
import { COUNTING, read, refusal } from './support.js';

/**
 * Every field that the SDK's types know, with a value that is taken. A field that a new version adds
 * does not compile here until somebody has looked at what it costs.
 */
type FieldsOf<Params> = Readonly<Record<keyof Params, unknown>>;

const completions: FieldsOf<CompletionCreateParams> = {
  model: 'gpt-3.5-turbo-instruct',
  prompt: 'a',
  best_of: 2,
  echo: true,
  frequency_penalty: 0.5,
  logit_bias: { '50256': -100 },
  logprobs: 5,
  max_tokens: 5,
  n: 2,
  presence_penalty: 0.5,
  seed: 1,
  stop: ['a'],
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  suffix: 'b',
  temperature: 0.5,
  top_p: 0.5,
  user: 'u',
};

const images: FieldsOf<ImageGenerateParams> = {
  model: 'gpt-image-2',
  prompt: 'a',
  background: 'opaque',
  moderation: 'low',
  n: 2,
  output_compression: 100,
  output_format: 'png',
  partial_images: 3,
  quality: 'high',
  response_format: 'b64_json',
  size: '1024x1024',
  stream: true,
  style: 'vivid',
  user: 'u',
};

const speech: FieldsOf<SpeechCreateParams> = {
  model: 'tts-1',
  input: 'a',
  instructions: 'b',
  response_format: 'mp3',
  speed: 1.5,
  stream_format: 'sse',
  voice: { id: 'voice_1' },
};

const moderations: FieldsOf<ModerationCreateParams> = {
  model: 'omni-moderation-latest',
  input: [{ type: 'image_url', image_url: { url: 'https://h/a.png' } }],
};

const inputTokens: FieldsOf<InputTokenCountParams> = {
  model: 'gpt-5',
  input: 'a',
  conversation: 'conv_1',
  instructions: 'a',
  parallel_tool_calls: true,
  personality: 'friendly',
  previous_response_id: 'resp_1',
  reasoning: { effort: 'high' },
  text: { verbosity: 'low' },
  tool_choice: 'auto',
  tools: [{ type: 'web_search' }],
  truncation: 'auto',
};

const APIS: readonly (readonly [Api, Readonly<Record<string, unknown>>, readonly string[]])[] = [
  ['completions', completions, ['model']],
  ['images', images, ['model', 'prompt']],
  ['speech', speech, ['model', 'input']],
  ['moderations', moderations, ['model', 'input']],
  ['input_tokens', inputTokens, ['model']],
];

describe.each(APIS)('the fields of %s as its SDK knows them', (api, fields, base) => {
  const minimal = Object.fromEntries(base.map((name) => [name, fields[name]]));

  it.each(Object.entries(fields))(
    '%s is taken, alone and where unknown ones are refused',
    (name, value) => {
      const body = { ...minimal, [name]: value };
      expect([refusal(api, body), refusal(api, body, { rules: COUNTING })]).toEqual([
        'taken',
        'taken',
      ]);
    },
  );

  it('null is absent', () => {
    const nulls = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
    expect(refusal(api, { ...nulls, ...minimal })).toBe('taken');
  });
});

describe('a legacy completion', () => {
  const model = 'gpt-3.5-turbo-instruct';
  const bound = (body: object) => {
    const { inputTokens: tokens, choices, output } = read('completions', { model, ...body });
    return { tokens, choices, output };
  };
  const absent = { status: 'absent', field: 'max_tokens' };

  it.each<[string, object, number, number]>([
    ['no prompt', {}, 0, 1],
    ['a text', { prompt: 'abcd' }, 4, 1],
    ['texts', { prompt: ['ab', 'cd', 'ef'] }, 6, 3],
    ['tokens', { prompt: [1, 2, 3] }, 3, 1],
    ['lists of tokens', { prompt: [[1, 2], [3]] }, 3, 2],
    ['a suffix', { prompt: 'ab', suffix: 'cd' }, 4, 1],
    ['several answers', { prompt: 'ab', n: 3 }, 2, 3],
    ['more that stay behind', { prompt: 'ab', n: 2, best_of: 5 }, 2, 5],
    ['several answers to several texts', { prompt: ['ab', 'cd'], n: 3, best_of: 4 }, 4, 8],
  ])('with %s', (_what, body, tokens, choices) => {
    expect(bound(body)).toEqual({ tokens, choices, output: absent });
  });

  it('has the limit that it states, none at all included', () => {
    for (const tokens of [0, 7]) {
      expect(bound({ prompt: 'a', max_tokens: tokens }).output).toEqual({
        status: 'stated',
        field: 'max_tokens',
        tokens,
      });
    }
  });

  it.each([
    ['prompt', { prompt: 5 }],
    ['prompt[1]', { prompt: ['a', 5] }],
    ['prompt[0]', { prompt: [[1.5]] }],
    ['n', { n: 0 }],
    ['best_of', { best_of: 'x' }],
    ['max_tokens', { max_tokens: -1 }],
  ])('is refused for %s', (param, body) => {
    expect(refusal('completions', { model, ...body })).toBe(`invalid_request ${param}`);
  });

  it('asks for the usage of a stream', () => {
    const asked = (body: object) =>
      read('completions', { model, prompt: 'a', ...body }).streamUsage;
    expect(asked({})).toBe('unasked');
    expect(asked({ stream: true })).toBe('to_ask');
    expect(asked({ stream: true, stream_options: { include_usage: true } })).toBe('asked');
  });
});

describe('an image generation', () => {
  it('counts its prompt for each image, and each partial image as output', () => {
    const body = { model: 'gpt-image-2', prompt: 'abcd' };
    expect(read('images', { ...body, n: 3 })).toMatchObject({ inputTokens: 12, choices: 3 });
    expect(read('images', { ...body, stream: true, partial_images: 2 })).toMatchObject({
      choices: 1,
      extraOutputTokens: 200,
    });
  });

  it('of several in one stream is refused', () => {
    const body = { model: 'gpt-image-2', prompt: 'a', n: 2, stream: true };
    expect(refusal('images', body)).toBe('price_unknown n');
  });
});
