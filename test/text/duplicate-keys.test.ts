import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from '../../src/text/duplicate-keys.js';
import { fc } from '../support/property.js';

/**
 * The slow way: a parser by the grammar of RFC 8259 that keeps every member of every object.
 * Answers whether some object names one of its keys twice, by `same` in the outermost one.
 */
function hasDuplicate(text: string, same: (key: string) => string): boolean {
  let rest = text;
  const take = (pattern: RegExp): string => {
    const found = new RegExp(`^[ \\t\\r\\n]*(${pattern.source})[ \\t\\r\\n]*`).exec(rest);
    if (found === null) throw new Error(`expected ${pattern} before ${rest.slice(0, 20)}`);
    rest = rest.slice(found[0].length);
    return found[1] ?? '';
  };
  const string = /"(?:[^"\\]|\\.)*"/;
  const value = (depth: number): boolean => {
    let duplicate = false;
    const opening = take(new RegExp(`[[{]|${string.source}|[-+.\\w]+`));
    if (opening === '[' && !/^\]/.test(rest)) {
      do duplicate = value(depth + 1) || duplicate;
      while (/^,/.test(rest) && take(/,/));
    } else if (opening === '{' && !/^\}/.test(rest)) {
      const keys: string[] = [];
      do {
        const key = JSON.parse(take(string)) as string;
        const name = depth === 0 ? same(key) : key;
        duplicate ||= keys.includes(name);
        keys.push(name);
        take(/:/);
        duplicate = value(depth + 1) || duplicate;
      } while (/^,/.test(rest) && take(/,/));
    }
    if (opening === '[') take(/\]/);
    if (opening === '{') take(/\}/);
    return duplicate;
  };
  return value(0);
}

/** The folds of one character that Go's encoding/json uses, for the letters that the tests use. */
const goFold = (key: string) =>
  key
    .replace(/[A-Z]/g, (c) => c.toLowerCase())
    .replace(/\u212a/g, 'k')
    .replace(/\u017f/g, 's');

/** JSON text with all its freedom: repeated keys, escapes, spaces, brackets inside strings. */
const character = fc.constantFrom(...'abkKsS\u212a\u017f"\\{}[]:, \n\u00e9\u{1f600}');
const word = fc.string({ unit: character, maxLength: 3 });
const written = fc.tuple(word, fc.boolean()).map(([text, escaped]) => {
  if (!escaped) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
});
const space = fc.constantFrom('', '', ' ', '\n\t');
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(written, fc.constantFrom('0', '-1.5e+3', 'true', 'false', 'null')),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(space, written, space, tie('json')), { maxLength: 5 })
      .map((members) => `{${members.map(([a, key, b, item]) => `${a}${key}${b}:${item}${b}`)}}`),
  ),
}));

describe('duplicate keys', () => {
  it('finds one if and only if a slow parser does', () => {
    fc.assert(
      fc.property(json, (text) => {
        JSON.parse(text);
        expect(findDuplicateKey(text) !== undefined).toBe(hasDuplicate(text, (key) => key));
        expect(findDuplicateKey(text, { foldTopLevelCase: true }) !== undefined).toBe(
          hasDuplicate(text, goFold),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(findDuplicateKey(JSON.stringify(value))).toBeUndefined();
        expect(findDuplicateKey(JSON.stringify(value, undefined, '\t'))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a":1,"b":[{"c":{"d":1,"e":2,"d":3}}]}', 'd'],
    ['[{"a":1},{"a":1,"a":1}]', 'a'],
    ['{"":1,"":2}', ''],
    ['{"\\"":1,"\\u0022":2}', '"'],
    ['{"\\\\":1,"\\u005c":2}', '\\'],
    ['{"\\/":1,"/":2}', '/'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":{},"b":[],"a":0}', 'a'],
  ])('in %s: %j', (text, key) => {
    expect(findDuplicateKey(text)).toBe(key);
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":"a"}',
    '[{"a":1},{"a":2},"a","a"]',
    '{"a":"\\"a\\":1,\\"a\\":2","b":"}{"}',
    '{"a":"\\\\","b":"\\\\\\""}',
    '{"a":["a","a"],"A":1}',
    '"a"',
    '{"constructor":1,"toString":2}',
  ])('none in %s', (text) => {
    expect(findDuplicateKey(text)).toBeUndefined();
  });

  it.each([
    ['{"model":1,"MODEL":2}', 'MODEL'],
    ['{"k":1,"\u212a":2}', '\u212a'],
    ['{"\\u017f":1,"s":2}', 's'],
    ['{"max_toKens":1,"max_to\\u212aen\\u017f":2}', 'max_to\u212aen\u017f'],
  ])('by case, in the outermost object of %s: %j', (text, key) => {
    expect(findDuplicateKey(text)).toBeUndefined();
    expect(findDuplicateKey(text, { foldTopLevelCase: true })).toBe(key);
  });

  it.each(['{"a":{"b":1,"B":2}}', '[{"a":1,"A":2}]'])('not by case further inside: %s', (text) => {
    expect(findDuplicateKey(text, { foldTopLevelCase: true })).toBeUndefined();
  });

  it('goes as deep and as wide as JSON.parse', () => {
    const deep = `${'[{"a":'.repeat(100_000)}0${'}]'.repeat(100_000)}`;
    expect(findDuplicateKey(deep)).toBeUndefined();
    const keys = Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`);
    expect(findDuplicateKey(`{${keys}}`)).toBeUndefined();
    expect(findDuplicateKey(`{${keys},"k77777":1}`)).toBe('k77777');
  });

  it.each([2, 12, 13, 40])('finds any of %d keys', (many) => {
    const keys = Array.from({ length: many }, (_, i) => `"k${i}":0`);
    expect(findDuplicateKey(`{${keys}}`)).toBeUndefined();
    for (let i = 0; i < many; i += 1) expect(findDuplicateKey(`{${keys},"k${i}":1}`)).toBe(`k${i}`);
  });

  it.each([2, 12, 13, 40])('keeps the %d keys of an object apart from those of others', (many) => {
    const keys = Array.from({ length: many }, (_, i) => `"k${i}":0`);
    const one = `{${keys}}`;
    expect(findDuplicateKey(`[${one},${one},{"in":${one}},${one}]`)).toBeUndefined();
    expect(findDuplicateKey(`{${keys},"in":[${one},${one}],"x":${one},"y":0}`)).toBeUndefined();
    const last = `k${many - 1}`;
    expect(findDuplicateKey(`[${one},{"in":${one},${keys},"${last}":1}]`)).toBe(last);
    expect(findDuplicateKey(`{${keys},"in":[${one},${one}],"${last}":1}`)).toBe(last);
  });

  it('takes a time in proportion to the text, whatever is in it', () => {
    const hostile = ['\\'.repeat(2_000_000), '"'.repeat(1_000_000), '\\"'.repeat(500_000)];
    const text = JSON.stringify(Object.fromEntries(hostile.map((value, i) => [i, value])));
    const startMs = performance.now();
    expect(findDuplicateKey(text)).toBeUndefined();
    // Some 50 ms for 9 MB; anything quadratic would take hours.
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
