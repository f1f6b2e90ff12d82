import { describe, expect, it } from 'vitest';
import { boundRequest, boundTokens } from '../../../gateway/providers/bound.js';
import { loadOpenAiTokenizers } from '../../../gateway/providers/tokenizers.js';
import { anyText } from '../../pricing/bound/corpora.js';
import { TOKENIZERS } from '../../pricing/bound/tokenizers.js';
import { fc, runs } from '../../support/property.js';
import { DEFAULT_RULES, limitsOf, read, refusal } from './support.js';
import { type Shown, TEMPLATES } from './templates.js';

const schema = fc.record({
  type: fc.constant('object'),
  properties: fc.dictionary(
    anyText,
    fc.record({ type: fc.constant('string'), enum: fc.array(anyText) }),
    {
      maxKeys: 3,
    },
  ),
});
const tool = fc.record({
  type: fc.constant('function'),
  function: fc.record({ name: anyText, description: anyText, parameters: schema }),
});
const callArguments = fc.oneof(
  anyText,
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
);
const message = fc.record({
  role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
  content: anyText,
  calls: fc.array(fc.record({ name: anyText, arguments: callArguments }), { maxLength: 2 }),
});
const conversation: fc.Arbitrary<Shown> = fc.record({
  messages: fc.array(message, { maxLength: 6 }),
  tools: fc.array(tool, { maxLength: 3 }),
});

const chatBody = ({ messages, tools }: Shown) => ({
  model: 'm',
  ...(tools.length === 0 ? {} : { tools }),
  messages: messages.map(({ role, content, calls }) => ({
    role,
    content,
    ...(calls.length === 0
      ? {}
      : { tool_calls: calls.map((call) => ({ id: 'call_1', type: 'function', function: call })) }),
  })),
});

const messagesBody = ({ messages, tools }: Shown) => ({
  model: 'm',
  max_tokens: 1,
  tools: (tools as { function: { name: string; description: string; parameters: unknown } }[]).map(
    ({ function: { name, description, parameters } }) => ({
      name,
      description,
      input_schema: parameters,
    }),
  ),
  messages: messages.map(({ role, content, calls }) => ({
    role,
    content: [
      role === 'tool'
        ? { type: 'tool_result', tool_use_id: 'toolu_1', content }
        : { type: 'text', text: content },
      ...calls.map((call) => ({
        type: 'tool_use',
        id: 'toolu_2',
        name: call.name,
        input: { value: call.arguments },
      })),
    ],
  })),
});

/** An Anthropic conversation as a template sees it: a call's input is JSON already. */
const asSeen = (shown: Shown): Shown => ({
  ...shown,
  messages: shown.messages.map((one) => ({
    ...one,
    calls: one.calls.map((call) => ({
      ...call,
      arguments: JSON.stringify({ value: call.arguments }),
    })),
  })),
});

const tokenizers = await loadOpenAiTokenizers();
const CASES = TOKENIZERS.flatMap((tokenizer) =>
  Object.entries(TEMPLATES).map(([template, write]) => ({ ...tokenizer, template, write })),
);

describe('the bound of a request with tools', () => {
  it.each(CASES)('is never below $name behind the template $template', ({ count, write }) => {
    fc.assert(
      fc.property(conversation, (shown) => {
        const chat = read('chat', chatBody(shown), { rules: DEFAULT_RULES });
        expect(chat.inputTokens).toBeGreaterThanOrEqual(count(write(shown)));
        const sent = read('messages', messagesBody(shown), { rules: DEFAULT_RULES });
        expect(sent.inputTokens).toBeGreaterThanOrEqual(count(write(asSeen(shown))));
      }),
      { numRuns: runs(60) },
    );
  });

  it.each(CASES.filter(({ name }) => name.startsWith('OpenAI')))(
    'nor with the text counted by $name itself, behind $template',
    ({ name, count, write }) => {
      const model = name.includes('o200k') ? 'gpt-4o' : 'gpt-4';
      const rules = { ...DEFAULT_RULES, tokenizers };
      fc.assert(
        fc.property(conversation, (shown) => {
          const { inputTokens } = read('chat', { ...chatBody(shown), model }, { rules });
          expect(inputTokens).toBeGreaterThanOrEqual(count(write(shown)));
          const bytes = read('chat', { ...chatBody(shown), model }, { rules: DEFAULT_RULES });
          expect(inputTokens).toBeLessThanOrEqual(bytes.inputTokens);
        }),
        { numRuns: runs(60) },
      );
    },
  );

  it.each(CASES)('nor with a thousand short messages: $name, $template', ({ count, write }) => {
    const messages = Array.from({ length: 1_000 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: i % 3 === 0 ? '' : 'a',
      calls: [],
    }));
    const shown = { messages, tools: [] };
    const chat = read('chat', chatBody(shown), { rules: DEFAULT_RULES });
    expect(chat.inputTokens).toBeGreaterThanOrEqual(count(write(shown)));
  });

  it('never falls when a request says more', () => {
    fc.assert(
      fc.property(conversation, message, (shown, more) => {
        const longer = { ...shown, messages: [...shown.messages, more] };
        const before = read('chat', chatBody(shown)).inputTokens;
        expect(read('chat', chatBody(longer)).inputTokens).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

describe('the most that a call can use', () => {
  const CHAT = {
    model: 'gpt-4o',
    messages: [],
    n: 3,
    prediction: { type: 'content', content: 'ab' },
  };

  it('has the output of each choice, and what a prediction adds', () => {
    const bound = boundRequest(read('chat', CHAT), 10, limitsOf(undefined));
    expect(bound).toEqual({
      inputTokens: 2,
      outputTokens: 12,
      choices: 3,
      cacheWrites: 'unstated',
      serverTools: {},
      tiers: ['default'],
    });
    expect(boundTokens(bound)).toBe(2 + 3 * 12);
  });

  it('is the context window where the input can outgrow the request', () => {
    const request = read('responses', { model: 'm', input: 'hi', previous_response_id: 'r' });
    expect(boundRequest(request, 10, limitsOf(1_000)).inputTokens).toBe(1_000);
    expect(boundRequest(request, 10, limitsOf(1)).inputTokens).toBe(2);
    expect(() => boundRequest(request, 10, limitsOf(undefined))).toThrow(/^previous_response_id: /);
  });

  it('is the request, and the context window for each run of a server-side tool', () => {
    const body = { model: 'm', input: 'hi', tools: [{ type: 'web_search' }], max_tool_calls: 3 };
    const bound = boundRequest(read('responses', body), 10, limitsOf(1_000));
    expect(bound).toMatchObject({
      inputTokens: read('responses', body).inputTokens + 3 * 1_000,
      outputTokens: 10,
      serverTools: { web_search: 3 },
    });
  });

  it('is below 2^53 whatever a body can say', () => {
    const tool = { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 1_024 };
    const body = { model: 'm', messages: [], max_tokens: 2 ** 31 - 1, tools: [tool, tool] };
    const bound = boundRequest(read('messages', body), 2 ** 31 - 1, limitsOf(10_000_000));
    expect(Number.isSafeInteger(boundTokens(bound))).toBe(true);
    expect(refusal('messages', { ...body, max_tokens: 2 ** 31 })).toBe(
      'invalid_request max_tokens',
    );
  });
});
