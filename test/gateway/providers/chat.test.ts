import { describe, expect, it } from 'vitest';
import { DEFAULT_OVERHEAD, DEFAULT_RULES, read, refusal } from './support.js';

const CHAT = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] };
const withMessage = (message: unknown) => ({ ...CHAT, messages: [message] });
const user = (...content: unknown[]) => withMessage({ role: 'user', content });
const image = (detail?: string) => ({
  type: 'image_url',
  image_url: { url: 'data:image/png;base64,AAAA', ...(detail === undefined ? {} : { detail }) },
});
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

describe('a chat request', () => {
  it('is read to what its price depends on', () => {
    expect(read('chat', CHAT)).toEqual({
      api: 'chat',
      model: 'gpt-4o',
      stream: false,
      inputTokens: 'user'.length + 'hello'.length,
      outgrows: [],
      contextTokens: 0,
      contextFrom: undefined,
      rounds: 1,
      outputRounds: 1,
      runTokens: {},
      compactions: 0,
      output: { status: 'absent', field: 'max_completion_tokens' },
      extraOutputTokens: 0,
      choices: 1,
      cacheWrites: 'unstated',
      serverTools: {},
      tiers: ['default'],
      headers: {},
      streamUsage: 'unasked',
      thinkingTokens: 0,
      isLongContext: false,
      textBytes: 'hello'.length,
      mayShrink: false,
      isStored: false,
      writes: [],
      unknown: [],
    });
  });

  it('counts what the provider adds unseen', () => {
    const { request, message, tools, tool } = DEFAULT_OVERHEAD;
    const seen = read('chat', CHAT).inputTokens;
    expect(read('chat', CHAT, { rules: DEFAULT_RULES }).inputTokens).toBe(seen + request + message);
    const withTools = { ...CHAT, tools: [TOOL, TOOL] };
    expect(read('chat', withTools, { rules: DEFAULT_RULES }).inputTokens).toBe(
      read('chat', withTools).inputTokens + request + message + tools + 2 * tool,
    );
  });

  it.each([
    ['NFKC where that is more', withMessage({ role: 'user', content: 'ﷺ' }), 4 + 33],
    ['a name', withMessage({ role: 'user', name: 'ab', content: 'c' }), 4 + 3],
    ['parts', user({ type: 'text', text: 'ab' }, { type: 'text', text: 'é' }), 4 + 2 + 2],
    ['a refusal', withMessage({ role: 'assistant', refusal: 'no', content: null }), 9 + 2],
    ['what a tool answered, as JSON', withMessage({ role: 'tool', content: '\n' }), 4 + 4],
    ['an image by the published rule', user(image()), 4 + 85 + 8 * 170 + 32],
    ['an image in low detail', user(image('low')), 4 + 85 + 32],
  ])('counts %s', (_name, body, tokens) => {
    expect(read('chat', body).inputTokens).toBe(tokens);
  });

  it('counts the arguments of a call as text, as a JSON string and as JSON', () => {
    const call = (text: string) =>
      read(
        'chat',
        withMessage({
          role: 'assistant',
          tool_calls: [{ id: '', type: 'function', function: { name: '', arguments: text } }],
        }),
      ).inputTokens - 'assistant'.length;
    expect(call('plain')).toBe('"plain"'.length);
    const numbers = `[${Array.from({ length: 10 }, () => '1').join(',')}]`;
    expect(call(numbers)).toBeGreaterThan(JSON.stringify(JSON.parse(numbers), null, 4).length);
  });

  it('counts tools and schemas by their JSON, and by the spelling where that is longer', () => {
    const plain = read('chat', { ...CHAT, tools: [TOOL] }).inputTokens;
    expect(plain).toBeGreaterThan(JSON.stringify([TOOL], null, 4).length);
    const text = JSON.stringify({ ...CHAT, tools: [TOOL] });
    const wide = text.replace('"type":"object"', `"type":${' '.repeat(5_000)}"object"`);
    expect(read('chat', wide).inputTokens).toBe(plain + 5_000);
    const escaped = text.replace('"object"', '"\\u006fbject"');
    expect(read('chat', escaped).inputTokens).toBe(plain + 5);
    const schema = { type: 'json_schema', json_schema: { name: 'x'.repeat(100), schema: {} } };
    expect(read('chat', { ...CHAT, response_format: schema }).inputTokens).toBeGreaterThan(100);
  });

  it('takes the greater of n and best_of, and a prediction as output, too', () => {
    expect(read('chat', { ...CHAT, n: 3 }).choices).toBe(3);
    expect(read('chat', { ...CHAT, best_of: 5, n: 3 }).choices).toBe(5);
    const prediction = { type: 'content', content: 'abcd' };
    expect(read('chat', { ...CHAT, prediction }).extraOutputTokens).toBe(4);
  });

  it.each([
    [{ max_tokens: 7 }, { status: 'stated', field: 'max_tokens', tokens: 7 }],
    [{ max_completion_tokens: 7 }, { status: 'stated', field: 'max_completion_tokens', tokens: 7 }],
    [
      { max_completion_tokens: null, max_tokens: 7 },
      { status: 'stated', field: 'max_tokens', tokens: 7 },
    ],
    [{ max_tokens: null }, { status: 'absent', field: 'max_completion_tokens' }],
  ])('reads the limit of %j', (limits, output) => {
    expect(read('chat', { ...CHAT, ...limits }).output).toEqual(output);
  });

  it('holds a limit to what the upstream heeds', () => {
    const rules = { chatLimits: ['max_tokens'] as const };
    expect(read('chat', CHAT, { rules }).output).toEqual({ status: 'absent', field: 'max_tokens' });
    expect(refusal('chat', { ...CHAT, max_completion_tokens: 5 }, { rules })).toBe(
      'invalid_request max_completion_tokens',
    );
  });

  it.each([
    [{ stream: true }, 'to_ask'],
    [{ stream: true, stream_options: { include_usage: false } }, 'to_ask'],
    [{ stream: true, stream_options: { include_usage: true } }, 'asked'],
    [{ stream: false, stream_options: null }, 'unasked'],
  ])('sees whether %j has usage', (fields, streamUsage) => {
    expect(read('chat', { ...CHAT, ...fields }).streamUsage).toBe(streamUsage);
  });

  it.each([
    ['priority', ['priority', 'default']],
    ['flex', ['flex', 'default']],
    ['default', ['default']],
    ['auto', ['scale']],
    [null, ['scale']],
  ])('names the tiers that can serve %j', (tier, tiers) => {
    const rules = { tiers: ['scale'] };
    expect(read('chat', { ...CHAT, service_tier: tier }, { rules }).tiers).toEqual(tiers);
  });

  it('sees what the input can outgrow', () => {
    const body = user({ type: 'file', file: { file_data: 'data:application/pdf;base64,A' } });
    expect(read('chat', body).outgrows).toEqual(['messages[0].content[0].file']);
    expect(refusal('chat', body, { rules: { outgrowing: 'refused' } })).toBe(
      'price_unknown messages[0].content[0].file',
    );
  });

  it('sees what is written to a cache for longer', () => {
    const mark = (ttl: string) => ({ type: 'text', text: 'a', cache_control: { ttl } });
    expect(read('chat', user(mark('1h'), mark('5m'))).cacheWrites).toBe('long');
    expect(read('chat', user(mark('5m'))).cacheWrites).toBe('short');
  });
});

describe('a chat request is refused by name for', () => {
  it.each([
    ['no model', { messages: [] }, 'invalid_request model'],
    ['no messages', { model: 'm' }, 'invalid_request messages'],
    [
      'both limits',
      { ...CHAT, max_tokens: 1, max_completion_tokens: 1 },
      'invalid_request max_tokens',
    ],
    ['a fraction', { ...CHAT, max_tokens: 1.5 }, 'invalid_request max_tokens'],
    ['a negative limit', { ...CHAT, max_tokens: -1 }, 'invalid_request max_tokens'],
    ['a limit of none', { ...CHAT, max_tokens: 0 }, 'invalid_request max_tokens'],
    ['a limit in a string', { ...CHAT, max_tokens: '5' }, 'invalid_request max_tokens'],
    [
      'a limit that is huge',
      '{"model":"m","messages":[],"max_tokens":1e300}',
      'invalid_request max_tokens',
    ],
    ['choices in a string', { ...CHAT, n: '2' }, 'invalid_request n'],
    ['a stream in a string', { ...CHAT, stream: 'true' }, 'invalid_request stream'],
    ['an unlisted field', { ...CHAT, top_k: 1 }, 'invalid_request top_k'],
    ['another case', { ...CHAT, Max_Tokens: 1 }, 'invalid_request Max_Tokens'],
    ['a lone case', { model: 'm', Messages: [] }, 'invalid_request Messages'],
    ['a prototype', '{"model":"m","messages":[],"__proto__":{}}', 'invalid_request __proto__'],
    ['a constructor', { ...CHAT, constructor: 1 }, 'invalid_request constructor'],
    ['other models', { ...CHAT, models: ['dearer'] }, 'invalid_request models'],
    ['a search', { ...CHAT, web_search_options: {} }, 'price_unknown web_search_options'],
    ['spoken output', { ...CHAT, modalities: ['text', 'audio'] }, 'invalid_request modalities[1]'],
    ['a voice', { ...CHAT, audio: { voice: 'x' } }, 'price_unknown audio'],
    ['another tier', { ...CHAT, service_tier: 'fast' }, 'invalid_request service_tier'],
    [
      'sound',
      user({ type: 'input_audio', input_audio: { data: '', format: 'wav' } }),
      'price_unknown messages[0].content[0]',
    ],
    ['another part', user({ type: 'video_url' }), 'invalid_request messages[0].content[0].type'],
    [
      'an inherited part',
      user({ type: 'toString' }),
      'invalid_request messages[0].content[0].type',
    ],
    ['a part of text', user('text'), 'invalid_request messages[0].content[0]'],
    [
      'a field in a part',
      user({ type: 'text', text: '', image: 'x' }),
      'invalid_request messages[0].content[0].image',
    ],
    [
      'content of another kind',
      withMessage({ role: 'user', content: 5 }),
      'invalid_request messages[0].content',
    ],
    [
      'a field in a message',
      withMessage({ role: 'user', content: '', images: [] }),
      'invalid_request messages[0].images',
    ],
    [
      'an image in unknown detail',
      user(image('original')),
      'price_unknown messages[0].content[0].image_url',
    ],
    [
      'an image for another model',
      { ...user(image()), model: 'llava' },
      'price_unknown messages[0].content[0].image_url',
    ],
    ['another tool', { ...CHAT, tools: [{ type: 'web_search' }] }, 'invalid_request tools[0].type'],
    [
      'a field in a tool',
      { ...CHAT, tools: [{ ...TOOL, defer_loading: true }] },
      'invalid_request tools[0].defer_loading',
    ],
    [
      'arguments nested beyond any call',
      withMessage({
        role: 'assistant',
        tool_calls: [{ id: 'a', function: { name: 'f', arguments: '['.repeat(100_000) } }],
      }),
      'invalid_request messages[0].tool_calls[0].function.arguments',
    ],
  ])('%s', (_name, body, expected) => {
    expect(refusal('chat', body)).toBe(expected);
  });

  it('a field, until the operator lists it; then its JSON counts', () => {
    const body = { ...CHAT, top_k: 5, messages: [{ role: 'user', content: 'a', prefix: true }] };
    expect(refusal('chat', body, { rules: { fields: ['top_k'] } })).toBe(
      'invalid_request messages[0].prefix',
    );
    const rules = { fields: ['top_k', 'messages.prefix'] };
    expect(read('chat', body, { rules }).inputTokens).toBe(4 + 1 + '5.0'.length + 'false'.length);
  });

  it('a feature of a header, until the operator lists it', () => {
    const headers = { 'openai-beta': 'assistants=v2' };
    expect(refusal('chat', CHAT, { headers })).toBe('price_unknown openai-beta');
    const rules = { betas: ['assistants=v2'] };
    expect(read('chat', CHAT, { headers, rules }).headers).toEqual(headers);
  });

  it('an image of a model without a rule, until the operator gives one', () => {
    const body = { ...user(image()), model: 'llava' };
    expect(read('chat', body, { rules: { imageTokens: 900 } }).inputTokens).toBe(4 + 900);
  });
});
