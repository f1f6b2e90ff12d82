import { describe, expect, it } from 'vitest';
import { DEFAULT_OVERHEAD, DEFAULT_RULES, read, refusal } from './support.js';

const MESSAGE = {
  model: 'claude-sonnet-4-20250514',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'hello' }],
};
const user = (...content: unknown[]) => ({ ...MESSAGE, messages: [{ role: 'user', content }] });
const tool = (...tools: unknown[]) => ({ ...MESSAGE, tools });
const SEARCH = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };
const document = (source: unknown, more: object = {}) => ({ type: 'document', source, ...more });

describe('a messages request', () => {
  it('is read to what its price depends on', () => {
    const headers = { 'anthropic-version': '2023-06-01', 'x-other': 'a' };
    expect(read('messages', { ...MESSAGE, system: 'be' }, { headers })).toEqual({
      api: 'messages',
      model: 'claude-sonnet-4-20250514',
      stream: false,
      inputTokens: 'user'.length + 'hello'.length + 'be'.length,
      outgrows: [],
      contextTokens: 0,
      contextFrom: undefined,
      rounds: 1,
      outputRounds: 1,
      runTokens: {},
      compactions: 0,
      output: { status: 'stated', field: 'max_tokens', tokens: 9 },
      extraOutputTokens: 0,
      choices: 1,
      cacheWrites: 'none',
      serverTools: {},
      tiers: ['default'],
      headers: { 'anthropic-version': '2023-06-01' },
      streamUsage: 'unasked',
      thinkingTokens: 0,
      isLongContext: false,
      textBytes: 'hello'.length + 'be'.length,
      mayShrink: false,
      isStored: false,
      writes: [],
      unknown: [],
    });
  });

  it.each([
    ['NFKC where that is more', user({ type: 'text', text: 'ﷺ' }), 4 + 33],
    [
      'an image at the most',
      user({ type: 'image', source: { type: 'url', url: 'x' } }),
      4 + 4_784 + 32,
    ],
    [
      'a text document',
      user(document({ type: 'text', media_type: 'text/plain', data: 'ab' }, { title: 't' })),
      4 + 3,
    ],
    [
      'a document of blocks',
      user(document({ type: 'content', content: [{ type: 'text', text: 'ab' }] })),
      4 + 2,
    ],
    [
      'what a tool answered, as JSON',
      user({ type: 'tool_result', tool_use_id: 'i', content: '\n' }),
      4 + 1 + 4,
    ],
    [
      'and in blocks',
      user({ type: 'tool_result', tool_use_id: 'i', content: [{ type: 'text', text: '\n' }] }),
      4 + 1 + 4,
    ],
    [
      'a search result',
      user({
        type: 'search_result',
        source: 's',
        title: 't',
        content: [{ type: 'text', text: 'ab' }],
      }),
      4 + 4,
    ],
  ])('counts %s', (_name, body, tokens) => {
    expect(read('messages', body)).toMatchObject({ inputTokens: tokens, outgrows: [] });
  });

  it('counts what the provider adds unseen', () => {
    const { request, message, tools, tool: each } = DEFAULT_OVERHEAD;
    const body = {
      ...user({ type: 'text', text: 'a' }),
      tools: [
        { name: 'f', input_schema: {} },
        { type: 'custom', name: 'g', input_schema: {} },
      ],
    };
    expect(read('messages', body, { rules: DEFAULT_RULES }).inputTokens).toBe(
      read('messages', body).inputTokens + request + 2 * message + tools + 2 * each,
    );
    const bash = tool({ type: 'bash_20250124', name: 'bash' });
    expect(read('messages', bash).inputTokens).toBeGreaterThan(2_048);
  });

  it.each([
    [
      'a PDF',
      user(document({ type: 'base64', media_type: 'application/pdf', data: 'A' })),
      'messages[0].content[0].source',
    ],
    ['a file', user(document({ type: 'file', file_id: 'f' })), 'messages[0].content[0].source'],
    [
      'citations',
      user(document({ type: 'text', data: 'a' }, { citations: { enabled: true } })),
      'messages[0].content[0].citations.enabled',
    ],
    [
      'what was found behind a link',
      user({ type: 'web_fetch_tool_result', tool_use_id: 'i', content: { url: 'https://a' } }),
      'messages[0].content[0]',
    ],
  ])('can outgrow itself by %s', (_name, body, path) => {
    expect(read('messages', body).outgrows).toEqual([path]);
    expect(refusal('messages', body, { rules: { outgrowing: 'refused' } })).toBe(
      `price_unknown ${path}`,
    );
  });

  it('bounds the runs of server-side tools, and reads the context once more after each', () => {
    const fetch = { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 2 };
    expect(read('messages', tool(SEARCH, fetch))).toMatchObject({
      serverTools: { web_search: 3, web_fetch: 2 },
      rounds: 6,
    });
    const { max_uses: _, ...unlimited } = SEARCH;
    expect(refusal('messages', tool(unlimited))).toBe('price_unknown tools[0].max_uses');
    expect(refusal('messages', tool(SEARCH), { rules: { outgrowing: 'refused' } })).toBe(
      'price_unknown tools[0]',
    );
  });

  it.each([
    [
      'in the system prompt',
      { ...MESSAGE, system: [{ type: 'text', text: '', cache_control: { type: 'ephemeral' } }] },
      'short',
    ],
    [
      'on a tool, for an hour',
      tool({ name: 'f', cache_control: { type: 'ephemeral', ttl: '1h' } }),
      'long',
    ],
    [
      'in a tool’s answer',
      user({
        type: 'tool_result',
        tool_use_id: '',
        content: [{ type: 'text', text: '', cache_control: { type: 'ephemeral' } }],
      }),
      'short',
    ],
    ['of everything', { ...MESSAGE, cache_control: { type: 'ephemeral' } }, 'short'],
    [
      'of both lives',
      user(
        { type: 'text', text: '', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'text', text: '', cache_control: { type: 'ephemeral' } },
      ),
      'long',
    ],
  ])('sees a cache write %s', (_name, body, cacheWrites) => {
    expect(read('messages', body).cacheWrites).toBe(cacheWrites);
  });

  it.each([
    [{ speed: 'fast' }, ['default', 'fast']],
    [{ inference_geo: 'us' }, ['default', 'us']],
    [{ inference_geo: 'us', speed: 'fast' }, ['default', 'fast', 'us', 'fast+us']],
    [{ inference_geo: 'global', speed: 'standard' }, ['default']],
  ])('names the tiers of %j as usage does', (fields, tiers) => {
    expect(read('messages', { ...MESSAGE, ...fields }).tiers).toEqual(tiers);
  });

  it.each([
    ['a server elsewhere', { ...MESSAGE, mcp_servers: [] }, 'invalid_request mcp_servers'],
    ['a container', { ...MESSAGE, container: 'c' }, 'invalid_request container'],
    [
      'another way to manage the context',
      { ...MESSAGE, context_management: { edits: [{ type: 'other' }] } },
      'price_unknown context_management.edits[0]',
    ],
    [
      'OpenAI’s limit',
      { ...MESSAGE, max_completion_tokens: 5 },
      'invalid_request max_completion_tokens',
    ],
    ['choices', { ...MESSAGE, n: 2 }, 'invalid_request n'],
    [
      'another life of a cache',
      { ...MESSAGE, cache_control: { type: 'ephemeral', ttl: '1d' } },
      'invalid_request cache_control.ttl',
    ],
    [
      'a block of another kind',
      user({ type: 'other' }),
      'invalid_request messages[0].content[0].type',
    ],
    [
      'a nested block of another kind',
      user({ type: 'tool_result', content: [{ type: 'thinking' }] }),
      'invalid_request messages[0].content[0].content[0].type',
    ],
    [
      'a source of another kind',
      user(document({ type: 's3' })),
      'invalid_request messages[0].content[0].source.type',
    ],
    [
      'code that the provider runs',
      tool({ type: 'code_execution_20250825', name: 'x' }),
      'price_unknown tools[0].type',
    ],
    ['a tool of no kind', tool({ type: 5 }), 'price_unknown tools[0].type'],
    ['a field in a tool', tool({ name: 'x', other: [] }), 'invalid_request tools[0].other'],
  ])('is refused by name for %s', (_name, body, expected) => {
    expect(refusal('messages', body)).toBe(expected);
  });

  it('passes the features of a header that are listed, and refuses others by name', () => {
    const beta = (value: string, rules = {}) => {
      const options = { headers: { 'anthropic-beta': value }, rules };
      return refusal('messages', MESSAGE, options) === 'taken'
        ? read('messages', MESSAGE, options).headers
        : refusal('messages', MESSAGE, options);
    };
    const listed = 'interleaved-thinking-2025-05-14,files-api-2025-04-14';
    expect(beta(listed.replace(',', ' , '))).toEqual({ 'anthropic-beta': listed });
    expect(beta(`${listed},fast-mode-2026-02-01`)).toBe('price_unknown anthropic-beta');
    expect(beta('x-1', { betas: ['x-1'] })).toEqual({ 'anthropic-beta': 'x-1' });
    expect(beta('')).toBe('price_unknown anthropic-beta');
  });

  it('reads the one version whose usage is read', () => {
    const headers = { 'anthropic-version': '2023-01-01' };
    expect(refusal('messages', MESSAGE, { headers })).toBe('invalid_request anthropic-version');
  });

  it('that only counts has no output, and no field of one', () => {
    const { max_tokens: _, ...counted } = MESSAGE;
    expect(read('count_tokens', counted)).toMatchObject({
      output: { status: 'none' },
      inputTokens: 9,
    });
    expect(refusal('count_tokens', MESSAGE)).toBe('invalid_request max_tokens');
  });
});
