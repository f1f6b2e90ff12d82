import { encodeChat as encodeCl100k } from 'gpt-tokenizer/model/gpt-4';
import { encodeChat as encodeO200k } from 'gpt-tokenizer/model/gpt-4o';
import { describe, expect, it } from 'vitest';
import { countWithin, loadOpenAiTokenizers } from '../../../gateway/providers/tokenizers.js';
import { boundText } from '../../../src/pricing/bound/text.js';
import { anyText } from '../../pricing/bound/corpora.js';
import { fc, runs } from '../../support/property.js';
import { DEFAULT_RULES, read } from './support.js';

const tokenizers = await loadOpenAiTokenizers();
const WITH = { ...DEFAULT_RULES, tokenizers };
/** What OpenAI's cookbook says that is added, and not one token more. */
const EXACT = { tokenizers, overhead: { request: 3, message: 3, tools: 0, tool: 0 } };
const ENGLISH = 'The bursar keeps the keys of the treasury, and pays out what was granted. '.repeat(
  40,
);

function countOf(model: string): (text: string) => number {
  const count = tokenizers.find(model);
  if (count === undefined) throw new Error(`no tokenizer of ${model}`);
  return count;
}

describe('the models whose tokenizer is known', () => {
  const text = 'antidisestablishmentarianism, 日本語';

  it.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o'],
    ['gpt-4.1-nano', 'gpt-4o'],
    ['gpt-5', 'gpt-4o'],
    ['gpt-5.1-2025-11-13', 'gpt-4o'],
    ['o3-mini', 'gpt-4o'],
    ['ft:gpt-4o-2024-08-06:acme::id', 'gpt-4o'],
    ['gpt-4-turbo', 'gpt-4'],
    ['gpt-3.5-turbo-0125', 'gpt-4'],
    ['text-embedding-3-small', 'gpt-4'],
  ])('%s counts as %s does', (model, same) => {
    expect(countOf(model)(text)).toBe(countOf(same)(text));
  });

  it('are two kinds, which differ', () => {
    expect(countOf('gpt-4o')(text)).not.toBe(countOf('gpt-4')(text));
  });

  it.each([
    'gpt-6-sol',
    'gpt-4omega',
    'gpt-50',
    'o300',
    'claude-sonnet-4-5',
    'llama-3',
    'my-gpt-4o',
  ])('%s is none of them: its bytes count', (model) => {
    expect(tokenizers.find(model)).toBeUndefined();
    const body = { model, messages: [{ role: 'user', content: ENGLISH }] };
    expect(read('chat', body, { rules: WITH })).toEqual(
      read('chat', body, { rules: DEFAULT_RULES }),
    );
  });
});

const chatMessage = fc.record({
  role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
  // What looks like a special mark is refused there, and text to OpenAI.
  content: anyText.map((text) => text.replaceAll('<|', '< |')),
});

describe('input counted by its tokenizer', () => {
  it.each([
    ['gpt-4o', encodeO200k],
    ['gpt-4', encodeCl100k],
  ] as const)('is never below what %s makes of a whole chat', (model, encodeChat) => {
    fc.assert(
      fc.property(fc.array(chatMessage, { maxLength: 8 }), (messages) => {
        const { inputTokens } = read('chat', { model, messages }, { rules: EXACT });
        expect(inputTokens).toBeGreaterThanOrEqual(encodeChat(messages).length);
      }),
      { numRuns: runs(150) },
    );
  });

  it('nor in parts that are cut anywhere and joined', () => {
    const cuts = fc.array(fc.nat({ max: 2_000 }), { minLength: 1, maxLength: 5 });
    const long = fc.oneof(
      anyText,
      fc.constant(ENGLISH.slice(0, 2_000)),
      fc.lorem({ maxCount: 90 }),
    );
    fc.assert(
      fc.property(long, cuts, fc.constantFrom('gpt-4o', 'gpt-4'), (text, at, model) => {
        const ends = [...at.filter((end) => end < text.length), text.length].toSorted(
          (a, b) => a - b,
        );
        const content = ends.map((end, i) => ({
          type: 'text',
          text: text.slice(ends[i - 1] ?? 0, end),
        }));
        const { inputTokens } = read(
          'chat',
          { model, messages: [{ role: 'user', content }] },
          { rules: WITH },
        );
        expect(inputTokens).toBeGreaterThanOrEqual(countOf(model)(text));
      }),
      { numRuns: runs(150) },
    );
  });

  it('of English is a fourth of what its bytes are', () => {
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content: ENGLISH }] };
    const bare = { overhead: { request: 0, message: 0, tools: 0, tool: 0 } };
    const counted = read('chat', body, { rules: { ...bare, tokenizers } }).inputTokens;
    expect(counted).toBe(countOf('gpt-4o')(ENGLISH) + countOf('gpt-4o')('user'));
    expect(counted * 4).toBeLessThan(read('chat', body, { rules: bare }).inputTokens);
  });
});

describe('what a text costs to count', () => {
  /** Counts as the tokenizer does, and remembers of what. */
  function watched() {
    const seen: string[] = [];
    const count = countWithin((text) => {
      seen.push(text);
      return countOf('gpt-4o')(text);
    });
    return { seen, count };
  }

  it.each([
    ['spaces', ' '.repeat(129)],
    ['letters', 'a'.repeat(129)],
    ['ideographs', '中'.repeat(129)],
    ['marks', '!?'.repeat(65)],
    ['combining marks', `e${'\u0301'.repeat(129)}`],
  ])('has a bound: a long run of %s is left to its bytes', (_, run) => {
    const { seen, count } = watched();
    expect(count(`before ${run} behind`)).toBeUndefined();
    expect(seen).toEqual([]);
    expect(count(`before ${run.slice(3)} behind`)).toBeGreaterThan(0);
  });

  it('has a bound: so is what comes after 65,536 characters of one request', () => {
    const { seen, count } = watched();
    const half = 'many words '.repeat(2_978).padEnd(32_768, '.');
    expect(count(half)).toBeLessThan(boundText(half) / 2);
    expect(count(half)).toBeLessThan(boundText(half) / 2);
    expect(count('a')).toBeUndefined();
    expect(count('')).toBe(0);
    expect(seen).toHaveLength(3);
  });

  it.each(['\u0085', '\ufeff', '\ud800', '\udfff'])('%j is left to its bytes', (character) => {
    expect(watched().count(`a${character}b`)).toBeUndefined();
  });
});
