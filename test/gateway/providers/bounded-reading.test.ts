import { describe, expect, it } from 'vitest';
import { Problem } from '../../../gateway/api/problem.js';
import { parseJsonObject } from '../../../gateway/body.js';
import { readModelRequest } from '../../../gateway/providers/read.js';
import { type Api, DEFAULT_RULES } from '../../../gateway/providers/request.js';
import { withOutputLimit } from '../../../gateway/providers/sent.js';
import { bytesOf } from './support.js';

const MANY = 3_000;
const many = <T>(make: (i: number) => T): T[] => Array.from({ length: MANY }, (_, i) => make(i));

/** How many parts of the body are looked at, each told by the getter of its `type`. */
function readCounting(api: Api, body: Record<string, unknown>, list: readonly object[]) {
  let looked = 0;
  for (const item of list) {
    Object.defineProperty(item, 'type', {
      enumerable: true,
      get: () => {
        looked += 1;
        return 'no_such_picture_image';
      },
    });
  }
  let problem: unknown;
  try {
    readModelRequest(api, { bytes: bytesOf('{}'), fields: body }, new Headers(), DEFAULT_RULES);
  } catch (error) {
    problem = error;
  }
  return { looked, problem: problem as Problem };
}

describe('what a refused body costs to read', () => {
  it('is a hundred mistakes at the most, however many it has', () => {
    const content = many(() => ({}));
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content }] };
    const { looked, problem } = readCounting('chat', body, content);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.message).toMatch(
      /^100 or more fields are refused\. messages\[0\]\.content\[0\]/,
    );
    expect(looked).toBeLessThan(MANY / 2);
  });

  const mistaken: [Api, Record<string, unknown>][] = [
    ['chat', { model: 'gpt-4o', messages: many(() => 1) }],
    ['chat', { model: 'gpt-4o', messages: [{ role: 'user', content: many(() => 1) }] }],
    ['chat', { model: 'gpt-4o', messages: [], tools: many(() => 1) }],
    ['chat', Object.fromEntries([['model', 'gpt-4o'], ...many((i) => [`x${i}`, 1])])],
    ['responses', { model: 'gpt-4o', input: many(() => 1) }],
    ['messages', { model: 'claude-sonnet-4-5', messages: many(() => 1) }],
  ];
  it.each(mistaken)('%s: 100 of them are told to be more', (api, body) => {
    const bytes = bytesOf(body);
    const fields = parseJsonObject(bytes);
    const reading = () =>
      readModelRequest(api, { bytes, fields }, new Headers(), { ...DEFAULT_RULES });
    expect(reading).toThrow(/^100 or more fields are refused/);
  });
});

describe('tools whose runs have no limit', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };
  const asking = (tools: readonly object[]) => {
    const model = 'claude-sonnet-4-5';
    const bytes = bytesOf({ model, max_tokens: 9, messages: [], tools });
    const fields = parseJsonObject(bytes);
    const request = readModelRequest('messages', { bytes, fields }, new Headers(), DEFAULT_RULES);
    return new TextDecoder().decode(withOutputLimit(request, bytes, 9));
  };
  const tools = (count: number, more = {}) =>
    Array.from({ length: count }, () => ({ ...search, ...more }));

  it('are given one, up to 64 of them', () => {
    const { tools: sent } = JSON.parse(asking(tools(64)));
    expect(sent).toEqual(tools(64, { max_uses: 5 }));
  });
  it('are refused beyond', () => {
    expect(() => asking(tools(65))).toThrow(/^tools\[64\]\.max_uses: found more than 64 tools/);
  });
  it('and so are more runs than 65,536 together', () => {
    expect(() => asking(tools(63, { max_uses: 1_024 }))).not.toThrow();
    expect(() => asking(tools(65, { max_uses: 1_024 }))).toThrow(/more than 65536 runs of tools/);
  });
});
