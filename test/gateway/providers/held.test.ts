import { describe, expect, it } from 'vitest';
import { boundRequest } from '../../../gateway/providers/bound.js';
import { readModelRequest } from '../../../gateway/providers/read.js';
import { DEFAULT_RULES, type RecalledTokens } from '../../../gateway/providers/request.js';
import { withoutOutputLimit } from '../../../gateway/providers/sent.js';
import { bytesOf, COUNTING, limitsOf, read, refusal } from './support.js';

const counting = { rules: COUNTING };
const OPUS = 'claude-opus-5';
const messages = (content: unknown[], more: object = {}) => ({
  model: OPUS,
  max_tokens: 64,
  messages: [
    { role: 'assistant', content },
    { role: 'user', content: 'Go' },
  ],
  ...more,
});
const responses = (input: unknown[], more: object = {}) => ({ model: 'gpt-5', input, ...more });

function readKnowing(body: object, recalled: [string, number | 'foreign'][]) {
  const known: RecalledTokens = new Map(recalled);
  const fields = body as Record<string, unknown>;
  const api = 'messages' in body ? 'messages' : 'responses';
  return readModelRequest(
    api,
    { bytes: bytesOf(body), fields },
    new Headers(),
    { ...DEFAULT_RULES, ...COUNTING },
    known,
  );
}

describe('echoed reasoning', () => {
  const SEALED = 'A'.repeat(1_000);

  it.each([
    ['thinking', messages([{ type: 'thinking', thinking: 'so', signature: SEALED }])],
    ['redacted thinking', messages([{ type: 'redacted_thinking', data: SEALED }])],
    ['compaction', messages([{ type: 'compaction', content: null, encrypted_content: SEALED }])],
  ])('of Anthropic’s is bounded by its bytes: %s', (_name, body) => {
    const { inputTokens, outgrows } = read('messages', body, counting);
    expect(outgrows).toEqual([]);
    expect(inputTokens).toBeGreaterThanOrEqual(SEALED.length);
    expect(inputTokens).toBeLessThan(SEALED.length + 100);
  });

  it.each([
    ['reasoning', { type: 'reasoning', id: 'rs', summary: [], encrypted_content: SEALED }],
    [
      'its text',
      {
        type: 'reasoning',
        id: 'rs',
        summary: [],
        content: [{ type: 'reasoning_text', text: SEALED }],
      },
    ],
    ['compaction', { type: 'compaction', id: 'cmp', encrypted_content: SEALED }],
  ])('of OpenAI’s is bounded by its bytes: %s', (_name, item) => {
    const { inputTokens, outgrows } = read('responses', responses([item]), counting);
    expect(outgrows).toEqual([]);
    expect(inputTokens).toBeGreaterThanOrEqual(SEALED.length);
    expect(inputTokens).toBeLessThan(SEALED.length + 300);
  });

  it('without its content is what was seen of it, else the context window', () => {
    const body = responses([{ type: 'reasoning', id: 'rs_1', summary: [], content: null }]);
    expect(read('responses', body, counting).outgrows).toEqual(['input[0]']);
    const seen = readKnowing(body, [['rs_1', 700]]);
    expect(seen.outgrows).toEqual([]);
    expect(seen.contextTokens).toBeGreaterThanOrEqual(700);
    const own = boundRequest(seen, 0, limitsOf(400_000));
    expect(own.inputTokens).toBeLessThan(2_000);
    // What another account made says nothing to this one.
    expect(readKnowing(body, [['rs_1', 'foreign']]).outgrows).toEqual(['input[0]']);
  });
});

describe('what the provider keeps', () => {
  const next = responses([{ role: 'user', content: 'and?' }], { previous_response_id: 'resp_1' });

  it('is bounded by what was seen of the response that it goes on from', () => {
    const seen = readKnowing(next, [['resp_1', 12_000]]);
    expect(seen.contextFrom).toBe('previous_response_id');
    expect(boundRequest(seen, 0, limitsOf(400_000)).inputTokens).toBeLessThan(13_000);
    expect(boundRequest(seen, 0, limitsOf(400_000)).inputTokens).toBeGreaterThanOrEqual(12_000);
    const unseen = readKnowing(next, []);
    expect(boundRequest(unseen, 0, limitsOf(400_000)).inputTokens).toBe(400_000);
  });

  it('is not for an account beside the one that made it', () => {
    expect(() => readKnowing(next, [['resp_1', 'foreign']])).toThrow(
      expect.objectContaining({ code: 'stored_unknown' }),
    );
    const reference = responses([{ type: 'item_reference', id: 'msg_1' }]);
    expect(() => readKnowing(reference, [['msg_1', 'foreign']])).toThrow(
      expect.objectContaining({ code: 'stored_unknown' }),
    );
  });

  const THREAD = messages([], { thread: { type: 'continue', previous_message_id: 'msg_1' } });

  it('of a thread has to be known, as tools can be in it; the SDK then sends all of it again', () => {
    expect(readKnowing(THREAD, [['msg_1', 5_000]]).contextTokens).toBeGreaterThanOrEqual(5_000);
    expect(() => readKnowing(THREAD, [])).toThrow(
      expect.objectContaining({
        code: 'stored_unknown',
        details: expect.objectContaining({
          anthropicDetails: { error_code: 'thread_not_found' },
        }),
      }),
    );
  });

  it('of a thread has none of the provider’s tools in it', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }];
    const body = messages([], { thread: { type: 'create' }, tools });
    expect(refusal('messages', body, counting)).toBe('invalid_request thread');
    expect(refusal('messages', messages([], { tools }), counting)).toBe('taken');
  });
});

describe('runs of the provider’s tools', () => {
  const search = { type: 'web_search' };

  it('are written in where the caller states no limit', () => {
    const body = { ...responses([{ role: 'user', content: 'a' }]), tools: [search] };
    const request = read('responses', body, counting);
    expect(request.serverTools).toEqual({ web_search: 5 });
    const sent: unknown = JSON.parse(
      Buffer.from(withoutOutputLimit(request, bytesOf(body))).toString(),
    );
    expect(sent).toEqual({ ...body, max_tool_calls: 5 });
  });

  it('are written into each tool of Anthropic’s that has no limit, and into no other', () => {
    const tools = [
      { name: 'f', input_schema: { type: 'object' }, description: '[{"a":1}]' },
      { type: 'web_search_20250305', name: 'web_search' },
      { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 2 },
      { type: 'web_search_20260209', name: 's2', max_uses: null },
    ];
    const body = messages([], { tools });
    const request = read('messages', body, counting);
    expect(request.serverTools).toEqual({ web_search: 10, web_fetch: 2 });
    expect(request.rounds).toBe(13);
    const sent: unknown = JSON.parse(
      Buffer.from(withoutOutputLimit(request, bytesOf(body))).toString(),
    );
    expect(sent).toEqual({
      ...body,
      tools: [tools[0], { ...tools[1], max_uses: 5 }, tools[2], { ...tools[3], max_uses: 5 }],
    });
  });

  it('are bounded by what one brings, and never by more than the window', () => {
    const body = {
      ...responses([{ role: 'user', content: 'a' }]),
      tools: [search],
      max_tool_calls: 3,
    };
    const request = read('responses', body, counting);
    const { inputTokens: first } = request;
    const rate = {
      picosPerRun: 1,
      tokensPerRun: 1_000,
      origin: { source: 's', date: '2026-12-01' },
    };
    const serverTools = new Map([['web_search', rate]]);
    const bound = boundRequest(request, 100, limitsOf(1_000_000, { serverTools }));
    // After run k the model reads the request, k results, and all that it can have put out.
    expect(bound.inputTokens).toBe(first + 3 * first + (1 + 2 + 3) * 1_000 + 3 * 100);
    expect(bound.outputTokens).toBe(100);
    const small = boundRequest(request, 100, limitsOf(1_500, { serverTools }));
    expect(small.inputTokens).toBeLessThanOrEqual(first + 3 * 1_500);
    const unknown = boundRequest(request, 100, limitsOf(1_500));
    expect(unknown.inputTokens).toBe(first + 3 * 1_500);
  });

  it('bring a whole window each where the request lifts what bounds them', () => {
    const rate = { picosPerRun: 1, tokensPerRun: 9, origin: { source: 's', date: '2026-12-01' } };
    const serverTools = new Map([['web_search', rate]]);
    const inputOf = (return_token_budget: unknown) => {
      const tools = [{ ...search, return_token_budget }];
      const body = { ...responses([{ role: 'user', content: 'a' }]), tools, max_tool_calls: 3 };
      const request = read('responses', body, counting);
      expect(request.unknown).toEqual([]);
      const bound = boundRequest(request, 0, limitsOf(1_000_000, { serverTools }));
      return bound.inputTokens - request.inputTokens;
    };
    expect(inputOf('unlimited')).toBe(3_000_000);
    expect(inputOf('default')).toBeLessThan(100_000);
  });

  it('of a fetch are bounded by what the request itself allows', () => {
    const fetch = { type: 'web_fetch_20250910', name: 'f', max_uses: 1, max_content_tokens: 200 };
    const request = read('messages', messages([], { tools: [fetch] }), counting);
    const bound = boundRequest(request, 64, limitsOf(1_000_000));
    expect(bound.inputTokens).toBe(2 * request.inputTokens + 200 + 64);
  });

  it('are looked for in every place where a tool can stand', () => {
    const inside = responses([{ type: 'additional_tools', role: 'developer', tools: [search] }]);
    expect(read('responses', { ...inside, store: false }, counting).serverTools).toEqual({
      web_search: 5,
    });
    const namespace = { type: 'namespace', name: 'n', description: 'd', tools: [search] };
    const nested = { ...responses([]), tools: [namespace] };
    expect(read('responses', nested, counting).serverTools).toEqual({ web_search: 5 });
    const output = responses([
      {
        type: 'tool_search_output',
        call_id: 'c',
        tools: [{ type: 'mcp', server_url: 'https://x' }],
      },
    ]);
    expect(refusal('responses', output, counting)).toBe('price_unknown input[0].tools[0].type');
    const definition = { type: 'web_search_20250305', name: 'web_search' };
    const addition = messages([
      { type: 'tool_addition', tool: { type: 'tool_definition', definition } },
    ]);
    expect(refusal('messages', addition, counting)).toMatch(/max_uses$/);
  });
});

describe('a field that raises the bound', () => {
  const thinking = (budget_tokens: number) => ({
    ...messages([]),
    thinking: { type: 'enabled', budget_tokens },
    tools: [{ name: 'f', input_schema: {} }],
  });

  it('is a budget of thinking above the limit: the output is bounded by the window', () => {
    const above = read('messages', thinking(150_000), counting);
    expect(boundRequest(above, 64, limitsOf(200_000)).outputTokens).toBe(200_000);
    const below = read('messages', thinking(32), counting);
    expect(boundRequest(below, 64, limitsOf(200_000)).outputTokens).toBe(64);
    expect(() => boundRequest(above, 64, limitsOf(undefined))).toThrow(/budget_tokens/);
  });

  it('is a context that is compacted: the model is called once more', () => {
    const edits = [{ type: 'compact_20260112', trigger: { type: 'input_tokens', value: 50_000 } }];
    const plain = read('messages', messages([]), counting);
    const request = read('messages', messages([], { context_management: { edits } }), counting);
    const bound = boundRequest(request, 64, limitsOf(200_000, { maxOutput: 5_000 }));
    expect(bound.inputTokens).toBeGreaterThanOrEqual(2 * plain.inputTokens);
    expect(bound.outputTokens).toBe(64 + 5_000);
    const cleared = { edits: [{ type: 'clear_tool_uses_20250919' }] };
    const shrunk = read('messages', messages([], { context_management: cleared }), counting);
    expect(shrunk).toMatchObject({ compactions: 0, mayShrink: true });
  });

  it('is a window of a million tokens', () => {
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07' };
    const document = { type: 'document', source: { type: 'file', file_id: 'f' } };
    const request = read('messages', messages([document]), { ...counting, headers });
    expect(boundRequest(request, 64, limitsOf(200_000)).inputTokens).toBe(1_000_000);
  });
});

describe('betas', () => {
  const beta = (value: string, rules: object = {}) =>
    read('messages', messages([]), {
      rules: { ...COUNTING, ...rules },
      headers: { 'anthropic-beta': value },
    });

  it('pass, those that are on no list by their names', () => {
    const value = 'claude-code-20250219,interleaved-thinking-2025-05-14,new-thing-2027-01-01';
    const request = beta(value);
    expect(request.headers).toEqual({ 'anthropic-beta': value });
    expect(request.unknown).toEqual(['anthropic-beta=new-thing-2027-01-01']);
    expect(beta(value, { betas: ['new-thing-2027-01-01'] }).unknown).toEqual([]);
  });

  it.each(['fast-lane-2027-01-01', 'context-10m-2027-01-01', 'priority-2027-01-01'])(
    'are refused where they can change a price: %s',
    (value) => {
      expect(() => beta(value)).toThrow(expect.objectContaining({ code: 'price_unknown' }));
    },
  );
});
