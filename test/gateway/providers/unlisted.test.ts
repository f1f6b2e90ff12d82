import { describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import type { Api } from '../../../gateway/providers/request.js';
import { fc } from '../../support/property.js';
import { COUNTING, read, refusal } from './support.js';

const BODIES: Readonly<Record<Api, Record<string, unknown>>> = {
  chat: { model: 'gpt-4o', messages: [{ role: 'user', content: 'a' }] },
  responses: { model: 'gpt-5', input: [{ role: 'user', content: 'a' }] },
  embeddings: { model: 'm', input: 'a' },
  completions: { model: 'm', prompt: 'a' },
  images: { model: 'gpt-image-1', prompt: 'a' },
  speech: { model: 'tts-1', input: 'a', voice: 'alloy' },
  moderations: { model: 'omni-moderation-latest', input: 'a' },
  input_tokens: { model: 'gpt-5', input: 'a' },
  messages: {
    model: 'claude-sonnet-4-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'a' }],
  },
  count_tokens: { model: 'claude-sonnet-4-5', messages: [{ role: 'user', content: 'a' }] },
};
const EVERY = Object.keys(BODIES) as Api[];
const counting = { rules: COUNTING };

describe.each(EVERY)('a field on no list of %s', (api) => {
  const body = BODIES[api];

  it('passes, counts as input, and is remembered by its name', () => {
    const plain = read(api, body, counting);
    const request = read(api, { ...body, a_new_field: { text: 'x'.repeat(500) } }, counting);
    expect(request.unknown).toEqual(['a_new_field']);
    expect(request.inputTokens).toBeGreaterThan(plain.inputTokens + 500);
    expect(plain.unknown).toEqual([]);
  });

  it('is refused where the operator wants that', () => {
    const rules = { unknown: 'refuse' } as const;
    expect(refusal(api, { ...body, a_new_field: 1 }, { rules })).toBe(
      'invalid_request a_new_field',
    );
  });

  it('is absent when it is null', () => {
    expect(read(api, { ...body, a_new_field: null }, counting)).toEqual(read(api, body, counting));
    expect(refusal(api, { ...body, fallbacks: null }, counting)).toBe('taken');
  });

  it('is no name of a listed one in another spelling', () => {
    expect(refusal(api, { ...body, Model: 'gpt-4o-mini' }, counting)).toBe('invalid_request Model');
  });

  it.each([
    'models',
    'route',
    'provider',
    'plugins',
    'transforms',
    'num_completions',
    'candidateCount',
    'maxOutputTokens',
    'MAX_NEW_TOKENS',
    'thinking_budget',
    'web_search',
    'enable_search',
    'search_parameters',
    'mcp_servers',
    'cached_content',
    'cacheTtl',
    'deferred',
    'video_config',
    'extra_body',
    'generationConfig',
    'bill_to',
    'server_side_fallback',
    'deep_search_depth',
    'output_audio',
    'tier',
    'ſpeed',
  ])('that can change what is billed is refused by its name: %s', (name) => {
    // As what it is, or as a listed name in another spelling.
    const found = refusal(api, { ...body, [name]: { a: 1 } }, counting).split(' ');
    expect(['price_unknown', 'invalid_request']).toContain(found[0]);
    expect(found[1]).toBe(name);
  });

  it('passes once the operator lists it', () => {
    const rules = { ...COUNTING, fields: ['search_parameters'] };
    const request = read(api, { ...body, search_parameters: { mode: 'off' } }, { rules });
    expect(request.unknown).toEqual([]);
  });
});

describe('what stands inside', () => {
  const chat = (message: object) => ({ ...BODIES.chat, messages: [{ role: 'user', ...message }] });
  const messages = (...content: unknown[]) => ({
    ...BODIES.messages,
    messages: [{ role: 'user', content }],
  });

  it('has a cache mark heeded wherever it stands, in what is passed on unread too', () => {
    const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const deep = { type: 'new_block', inner: [{ deeper: mark }] };
    expect(read('messages', messages(deep), counting).cacheWrites).toBe('long');
    expect(read('messages', messages({ type: 'text', text: 'a' }), counting).cacheWrites).toBe(
      'none',
    );
    const found = { type: 'web_search_tool_result', tool_use_id: 'i', content: [mark] };
    expect(read('messages', messages(found), counting).cacheWrites).toBe('long');
    const field = { content: 'a', new_field: { cacheControl: { type: 'ephemeral' } } };
    expect(read('chat', chat(field), counting).cacheWrites).toBe('short');
  });

  it('is refused where it wraps what the provider reads', () => {
    const body = chat({ content: 'a', new_field: { extra_body: { n: 5 } } });
    expect(refusal('chat', body, counting)).toBe('price_unknown messages[0].new_field.extra_body');
  });

  it.each([
    ['a link', { url: 'https://example.com/a.pdf' }],
    ['data of another kind', { image: 'data:image/png;base64,AAAA' }],
    ['an id', { source: { file_id: 'file_1' } }],
  ])('stands for more than its bytes with %s', (_name, inner) => {
    const request = read('messages', messages({ type: 'new_block', ...inner }), counting);
    expect(request.outgrows).toEqual(['messages[0].content[0]']);
    expect(request.unknown).toEqual(['messages.content.type=new_block']);
  });

  it.each(['video', 'input_audio_v2', 'generated_image'])('has a price of its own: %s', (type) => {
    expect(refusal('messages', messages({ type }), counting)).toBe(
      'price_unknown messages[0].content[0].type',
    );
  });
});

describe('a tool of a kind on no list', () => {
  const APIS: Api[] = ['chat', 'responses', 'messages'];
  const withTool = (api: Api, tool: object) => ({ ...BODIES[api], tools: [tool] });

  it.each(APIS)('counts as JSON in %s', (api) => {
    const tool = { type: 'painting_20270101', name: 'p', notes: 'x'.repeat(300) };
    const request = read(api, withTool(api, tool), counting);
    expect(request.unknown).toEqual(['tools.type=painting_20270101']);
    expect(request.inputTokens).toBeGreaterThan(300);
  });

  it.each(APIS)('is refused in %s where the provider may run it', (api) => {
    for (const more of [
      { execution: 'server' },
      { server_url: 'https://x' },
      { connector_id: 'c' },
      { container: { type: 'auto' } },
      { url: 'https://x' },
      { model: 'claude-opus-5-5' },
      { max_tokens: 5 },
    ]) {
      const [key] = Object.keys(more);
      expect(refusal(api, withTool(api, { type: 'thing', ...more }), counting)).toBe(
        `price_unknown tools[0].${key}`,
      );
    }
    for (const type of ['deep_search', 'code_execution_20990101', 'x:search', 'url_context']) {
      expect(refusal(api, withTool(api, { type, name: 'x' }), counting)).toBe(
        'price_unknown tools[0].type',
      );
    }
  });
});

describe('all that is wrong with a body', () => {
  it('is told at once, with the first mistake as its param', () => {
    const body = {
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 5 }, 'a'],
      n: 0,
      fallbacks: ['x'],
      stream: 'yes',
    };
    const problem = (() => {
      try {
        read('chat', body, counting);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    if (!(problem instanceof Problem)) throw new Error('taken');
    expect(problem.code).toBe('invalid_request');
    expect(problem.details.param).toBe('messages[0].content');
    expect(problem.details.problems?.map(({ code, param }) => `${code} ${param}`)).toEqual([
      'invalid_request messages[0].content',
      'invalid_request messages[1]',
      'invalid_request n',
      'price_unknown fallbacks',
      'invalid_request stream',
    ]);
    expect(problem.message).toMatch(/^5 fields are refused\. messages\[0\]\.content: /);
  });

  it('is told for every mistake, however they are mixed', () => {
    const mistakes: Record<string, unknown> = {
      n: 0,
      fallbacks: ['x'],
      stream: 'yes',
      tools: 5,
      web_search_options: {},
      top_logprobs_tier: 1,
      modalities: ['audio'],
    };
    fc.assert(
      fc.property(fc.subarray(Object.keys(mistakes), { minLength: 2 }), (names) => {
        const wrong = Object.fromEntries(names.map((name) => [name, mistakes[name]]));
        try {
          read('chat', { ...BODIES.chat, ...wrong }, counting);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          const told = error.details.problems?.map(({ param }) => param?.replace(/\[.*/, ''));
          expect(told?.toSorted()).toEqual(names.toSorted());
          return;
        }
        throw new Error('taken');
      }),
      { numRuns: 100 },
    );
  });
});
