import { describe, expect, it } from 'vitest';
import { COUNTING, read, refusal } from './support.js';

const counting = { rules: COUNTING };
const tools = [{ type: 'web_search' }];
const asked = (item: object, more: object = {}) => ({ model: 'gpt-5', input: [item], ...more });

describe.each([
  { type: 'additional_tools', role: 'developer', tools },
  { type: 'tool_search_output', call_id: 'c', execution: 'client', tools },
  {
    type: 'additional_tools',
    role: 'developer',
    tools: [{ type: 'namespace', name: 'n', tools }],
  },
])('a tool of the provider’s in the input: %j', (item) => {
  it('is limited where nothing is kept', () => {
    const { serverTools, writes } = read('responses', asked(item, { store: false }), counting);
    expect(serverTools).toEqual({ web_search: 5 });
    expect(writes).toEqual([{ key: 'max_tool_calls', value: 5 }]);
  });

  it('is refused where a later call could have it back without a limit', () => {
    const refused = /^price_unknown input\[0\]\.tools\[0\]/;
    expect(refusal('responses', asked(item), counting)).toMatch(refused);
    for (const store of [true, null]) {
      expect(refusal('responses', asked(item, { store, max_tool_calls: 1 }), counting)).toMatch(
        refused,
      );
    }
    const within = { store: false, conversation: 'conv_1' };
    expect(refusal('responses', asked(item, within), counting)).toMatch(refused);
  });
});

it('a tool that the caller runs may stand in input that is kept', () => {
  const own = { type: 'additional_tools', tools: [{ type: 'function', name: 'f' }] };
  expect(refusal('responses', asked(own), counting)).toBe('taken');
});

describe('how a response is reasoned', () => {
  it.each([
    { model: 'gpt-5', input: 'a', reasoning: { mode: 'pro' } },
    asked({ type: 'configuration_update', reasoning: { mode: 'pro' } }),
  ])('is the usual way: %j', (body) => {
    expect(refusal('responses', body, counting)).toMatch(/^invalid_request .*reasoning\.mode$/);
  });

  it('can have another effort', () => {
    const item = { type: 'configuration_update', reasoning: { effort: 'high', mode: 'standard' } };
    expect(refusal('responses', asked(item), counting)).toBe('taken');
  });
});
