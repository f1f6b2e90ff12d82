import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DurationError, parseDuration } from '../../src/text/duration.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
    ['9999999d', 863_999_913_600_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '30',
    's',
    '30 s',
    ' 30s',
    '30s\n',
    '+30s',
    '-30s',
    '1.5h',
    '1e3s',
    '0x10s',
    '030s',
    '30S',
    '30sec',
    '1h30m',
    '1w',
    '10000000s',
    '٣s',
  ])('%j is none, and the message shows it', (text) => {
    expect(() => parseDuration(text)).toThrow(DurationError);
    expect(() => parseDuration(text)).toThrow(`duration ${JSON.stringify(text)}: expected`);
  });

  it('is a safe integer, in proportion to its count', () => {
    const unit = fc.constantFrom('ms', 's', 'm', 'h', 'd');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), unit, (count, name) => {
        const ms = parseDuration(`${count}${name}`);
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBe(count * parseDuration(`1${name}`));
      }),
    );
  });
});
