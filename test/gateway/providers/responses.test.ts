import { describe, expect, it } from 'vitest';
import { DEFAULT_OVERHEAD, DEFAULT_RULES, read, refusal } from './support.js';

const RESPONSE = { model: 'gpt-5', input: 'hello' };
const withItem = (item: unknown) => ({ ...RESPONSE, input: [item] });
const user = (...content: unknown[]) => withItem({ role: 'user', content });
const SEARCH = { type: 'web_search' };

describe('a responses request', () => {
  it('is read to what its price depends on', () => {
    const body = { ...RESPONSE, instructions: 'be', max_output_tokens: 9, stream: true };
    expect(read('responses', body)).toEqual({
      api: 'responses',
      model: 'gpt-5',
      stream: true,
      inputTokens: 'hello'.length + 'be'.length,
      outgrows: [],
      contextTokens: 0,
      contextFrom: undefined,
      rounds: 1,
      outputRounds: 1,
      runTokens: {},
      compactions: 0,
      output: { status: 'stated', field: 'max_output_tokens', tokens: 9 },
      extraOutputTokens: 0,
      choices: 1,
      cacheWrites: 'unstated',
      serverTools: {},
      tiers: ['default'],
      headers: {},
      streamUsage: 'unasked',
      thinkingTokens: 0,
      isLongContext: false,
      textBytes: 'hello'.length + 'be'.length,
      mayShrink: false,
      isStored: true,
      writes: [],
      unknown: [],
    });
  });

  it.each([
    ['parts', user({ type: 'input_text', text: 'ab' }), 4 + 2],
    [
      'an answer of before',
      withItem({
        id: 'm',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'ab', annotations: [] }],
      }),
      1 + 9 + 2,
    ],
    [
      'an image by the published rule',
      user({ type: 'input_image', image_url: 'https://x/', detail: 'high' }),
      4 + 70 + 8 * 140 + 32,
    ],
    ['a call', withItem({ type: 'function_call', call_id: 'c', name: 'f', arguments: '' }), 2 + 2],
    [
      'its output, as JSON',
      withItem({ type: 'function_call_output', call_id: 'c', output: '\n' }),
      1 + 4,
    ],
  ])('counts %s', (_name, body, tokens) => {
    expect(read('responses', body).inputTokens).toBe(tokens);
  });

  it('counts each item and part with what is added to it', () => {
    const { request, message } = DEFAULT_OVERHEAD;
    const body = user({ type: 'input_text', text: 'a' }, { type: 'input_text', text: 'b' });
    const { inputTokens } = read('responses', body, { rules: DEFAULT_RULES });
    expect(inputTokens).toBe(4 + 2 + request + 3 * message);
  });

  it.each([
    ['previous_response_id', { ...RESPONSE, previous_response_id: 'resp_1' }],
    ['conversation', { ...RESPONSE, conversation: { id: 'conv_1' } }],
    ['input[0]', withItem({ type: 'item_reference', id: 'x' })],
    ['input[0]', withItem({ type: 'reasoning', id: 'x', summary: [] })],
    ['input[0]', withItem({ id: 'msg_1' })],
    ['input[0]', withItem({ type: 'web_search_call', id: 'x', status: 'completed' })],
    ['input[0].content[0]', user({ type: 'input_file', file_id: 'x' })],
  ])('can outgrow itself by %s', (path, body) => {
    expect(read('responses', body).outgrows).toEqual([path]);
  });

  it('bounds the runs of hosted tools, and reads the context once more after each', () => {
    const body = { ...RESPONSE, tools: [SEARCH, { type: 'file_search', vector_store_ids: ['v'] }] };
    expect(refusal('responses', body)).toBe('price_unknown max_tool_calls');
    expect(read('responses', { ...body, max_tool_calls: 3 })).toMatchObject({
      serverTools: { web_search: 3, file_search: 3 },
      rounds: 4,
    });
  });

  it('takes a hosted tool that the operator lists', () => {
    const body = { ...RESPONSE, tools: [{ type: 'x_search' }], max_tool_calls: 2 };
    expect(refusal('responses', body)).toBe('price_unknown tools[0].type');
    const rules = { serverTools: { x_search: 'x_search' } };
    expect(read('responses', body, { rules }).serverTools).toEqual({ x_search: 2 });
  });

  it.each([
    ['a stored prompt', { ...RESPONSE, prompt: { id: 'p' } }, 'price_unknown prompt'],
    ['no input', { model: 'm', previous_response_id: 'r' }, 'invalid_request input'],
    ['a run in the background', { ...RESPONSE, background: true }, 'invalid_request background'],
    ['a run in a string', { ...RESPONSE, background: 'true' }, 'invalid_request background'],
    [
      'another way to manage the context',
      { ...RESPONSE, context_management: [{ type: 'other' }] },
      'price_unknown context_management[0]',
    ],
    [
      'several runs in one',
      { ...RESPONSE, reasoning: { mode: 'pro' } },
      'invalid_request reasoning.mode',
    ],
    ['another API’s limit', { ...RESPONSE, max_tokens: 5 }, 'invalid_request max_tokens'],
    ['choices', { ...RESPONSE, n: 5 }, 'invalid_request n'],
    ['an item of another kind', withItem({ type: 'other' }), 'invalid_request input[0].type'],
    ['a text among the items', withItem('a'), 'invalid_request input[0]'],
    [
      'no limit that is one',
      { ...RESPONSE, tools: [SEARCH], max_tool_calls: 0 },
      'invalid_request max_tool_calls',
    ],
  ])('is refused by name for %s', (_name, body, expected) => {
    expect(refusal('responses', body)).toBe(expected);
  });

  it.each(['code_interpreter', 'image_generation', 'mcp', 'computer_use_preview', 'constructor'])(
    'is refused for the tool %s, whose cost is not bounded',
    (type) => {
      const body = { ...RESPONSE, tools: [{ type }], max_tool_calls: 1 };
      expect(refusal('responses', body)).toBe('price_unknown tools[0].type');
    },
  );
});

describe('an embeddings request', () => {
  it.each([
    ['a text', 'héllo', 6],
    ['texts', ['a', 'bc'], 3],
    ['tokens', [1, 2, 3], 3],
    ['lists of tokens', [[1, 2], [3]], 3],
    ['both', ['ab', [1]], 3],
    ['nothing', [], 0],
  ])('counts %s', (_name, input, tokens) => {
    const request = read('embeddings', { model: 'm', input });
    expect(request).toMatchObject({ inputTokens: tokens, output: { status: 'none' } });
    expect(request.cacheWrites).toBe('none');
  });

  it.each([
    ['an object', { model: 'm', input: {} }, 'invalid_request input'],
    ['an image', { model: 'm', input: [{ image: 'x' }] }, 'invalid_request input[0]'],
    ['a text in a list of lists', { model: 'm', input: [['a']] }, 'invalid_request input[0]'],
    ['a limit', { model: 'm', input: 'a', max_tokens: 5 }, 'invalid_request max_tokens'],
    ['messages', { model: 'm', input: 'a', messages: [] }, 'invalid_request messages'],
  ])('is refused by name for %s', (_name, body, expected) => {
    expect(refusal('embeddings', body)).toBe(expected);
  });
});
