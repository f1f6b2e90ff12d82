import { describe, expect, it } from 'vitest';
import { formatCaveat, parseCaveat } from '../../src/caveats/caveat.js';
import { parseLimit } from '../../src/caveats/compose.js';
import { CaveatError } from '../../src/caveats/errors.js';
import { decodeToolName, encodeToolName } from '../../src/caveats/tool-name.js';
import { fc } from '../support/property.js';
import { caveatLine } from './arbitraries.js';

describe('a caveat line', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(caveatLine, (line) => {
        const caveat = parseCaveat(line);
        expect(parseCaveat(formatCaveat(caveat))).toEqual(caveat);
      }),
    );
  });

  it.each([
    'holder=a',
    'holder =a',
    'holder= a',
    'holder = ',
    'holder =  a',
    ' holder = a',
    'holder = a ',
    'Holder = a',
    'holder = a\n',
    'holder = a\nbudget = 1 credits',
    'owner = a',
    '__proto__ = a',
    'constructor = a',
    '',
    'budget',
  ])('is refused when it is %j', (line) => {
    expect(() => parseCaveat(line)).toThrow(CaveatError);
  });

  it('never throws anything but CaveatError', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('holder', 'budget', 'tools', 'expires', ''),
        (text, key) => {
          try {
            parseCaveat(key === '' ? text : `${key} = ${text}`);
          } catch (error) {
            expect(error).toBeInstanceOf(CaveatError);
          }
        },
      ),
    );
  });
});

describe('holder', () => {
  it.each(['a', 'A.b_c@d-e', '0', 'x'.repeat(64)])('takes %j', (name) => {
    expect(parseCaveat(`holder = ${name}`)).toEqual({ kind: 'holder', name });
  });

  it.each(['a/b', 'a b', 'a\u0000', 'a\r\nb', '{a}', 'a:b', '.a', '-a', 'ä', '', 'x'.repeat(65)])(
    'refuses %j, showing it and the form',
    (name) => {
      const read = () => parseCaveat(`holder = ${name}`);
      expect(read).toThrow(CaveatError);
      expect(read).toThrow(/expected/);
    },
  );
});

const BAD_AMOUNTS = [
  '1e3',
  '0x10',
  '+5',
  ' 5',
  '5.',
  '.5',
  'NaN',
  '-1',
  '9007199254740993',
  '0.1234567',
  '01',
  '1_000',
  '1,000',
  'Infinity',
  '',
  '9007199255',
  '٣',
];

describe('budget', () => {
  it('counts in millionths', () => {
    expect(parseCaveat('budget = 0.000001 usd')).toEqual({
      kind: 'budget',
      limit: { unit: 'usd', window: 'life', limitMicros: 1, carved: false },
    });
  });

  it('reads the largest amount to the micro-unit', () => {
    expect(parseLimit('9007199254.740991').limitMicros).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => parseLimit('9007199254.740992')).toThrow(CaveatError);
  });

  it.each(BAD_AMOUNTS)('refuses the amount %j and shows it', (amount) => {
    const read = () => parseCaveat(`budget = ${amount} credits`);
    expect(read).toThrow(CaveatError);
    expect(read).toThrow(/expected/);
    expect(() => parseLimit(amount)).toThrow(/expected/);
    if (amount !== '')
      expect(() => parseLimit(amount)).toThrow(JSON.stringify(amount).slice(1, -1));
  });

  it.each([
    '1.5 tokens',
    '0.5 calls',
    '1 dollars',
    '1 credits/year',
    '1 credits/life',
    '1 credits carved ',
    '1 credits/day carved',
    '1  credits',
    'credits',
    '1',
  ])('refuses %j', (value) => {
    expect(() => parseCaveat(`budget = ${value}`)).toThrow(CaveatError);
  });

  it.each([
    ['1000', 'credits', 'life', 1_000_000_000],
    ['5usd', 'usd', 'life', 5_000_000],
    ['5 USD', 'usd', 'life', 5_000_000],
    ['5USD/Day', 'usd', 'day', 5_000_000],
    ['5 usd', 'usd', 'life', 5_000_000],
    ['200credits/day', 'credits', 'day', 200_000_000],
    ['0.25usd/hour', 'usd', 'hour', 250_000],
  ])('takes %j from a person', (text, unit, window, limitMicros) => {
    expect(parseLimit(text)).toEqual({ unit, window, limitMicros, carved: false });
  });
});

describe('expires', () => {
  it('is an instant to the second', () => {
    expect(parseCaveat('expires = 2026-01-31T23:59:59Z')).toEqual({
      kind: 'expires',
      atMs: Date.UTC(2026, 0, 31, 23, 59, 59),
    });
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00.0Z',
    '2026-01-01T00:00:00+00:00',
    '2026-01-01t00:00:00z',
    '2026-01-01',
    '2025-02-29T00:00:00Z',
    'never',
  ])('refuses %j', (value) => {
    expect(() => parseCaveat(`expires = ${value}`)).toThrow(/expected an instant such as/);
  });
});

describe('tools', () => {
  it.each(['gpt-4o:15', 'a,b*,c:0.5', '*', 'llama3%3A8b:2', 'mcp/files/*:1'])(
    'takes %j',
    (value) => {
      expect(formatCaveat(parseCaveat(`tools = ${value}`))).toBe(`tools = ${value}`);
    },
  );

  it.each([
    '',
    ',',
    'a,',
    'a,,b',
    'a:',
    'a:1:2',
    'a:-1',
    'a b',
    'a*b',
    '**',
    'a%3a',
    'a%41',
    'a%',
    'a%ZZ',
    '%FF',
    'a,a',
    'a:1,a:2',
    'llama3:8b:2',
  ])('refuses %j', (value) => {
    expect(() => parseCaveat(`tools = ${value}`)).toThrow(CaveatError);
  });

  it('spells every name in one way, and reads it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(encodeToolName(name)).toMatch(/^[A-Za-z0-9._/@%-]*$/);
        expect(decodeToolName(encodeToolName(name))).toBe(name);
      }),
    );
  });
});
