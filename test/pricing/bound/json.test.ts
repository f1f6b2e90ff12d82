import { describe, expect, it } from 'vitest';
import { boundJson, boundString } from '../../../src/pricing/bound/json.js';
import { fc, runs } from '../../support/property.js';
import { anyText } from './corpora.js';
import { TOKENIZERS } from './tokenizers.js';

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(anyText, fc.boolean(), fc.constant(null), fc.integer(), fc.double({ noNaN: true })),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 5 }),
  ),
}));

/** Ways in which providers and templates write a JSON value into a prompt. */
const WRITINGS: Readonly<Record<string, (value: unknown) => string>> = {
  compact: (value) => JSON.stringify(value),
  spaced: (value) => JSON.stringify(value, null, 1).replaceAll(/\n */g, ' '),
  indented: (value) => JSON.stringify(value, null, 4),
  ascii: (value) => toAscii(JSON.stringify(value, null, 4)),
};

function toAscii(json: string): string {
  return json.replaceAll(/[^\0-\x7f]/g, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

describe('the bound of a JSON value', () => {
  it.each(Object.entries(WRITINGS))('is never below the bytes of it, %s', (_name, write) => {
    fc.assert(
      fc.property(value, (value) => {
        const written = write(value);
        const normalised = Buffer.byteLength(written.normalize('NFKC'));
        expect(boundJson(value)).toBeGreaterThanOrEqual(Buffer.byteLength(written));
        expect(boundJson(value)).toBeGreaterThanOrEqual(normalised);
      }),
      { numRuns: runs(300) },
    );
  });

  it.each(TOKENIZERS)('is never below what $name makes of it', ({ count }) => {
    fc.assert(
      fc.property(value, fc.constantFrom(...Object.values(WRITINGS)), (value, write) => {
        expect(boundJson(value)).toBeGreaterThanOrEqual(count(write(value)));
      }),
      { numRuns: runs(100) },
    );
  });

  it.each([
    ['a text is quoted and escaped', 'a\n"', 7],
    ['and escaped to ASCII', 'é', 8],
    ['a number, with a fraction that some add', 12, 4],
    ['a number with more digits than are written', 1e300, 330],
    ['an empty object', {}, 3],
    ['a member, on a line of its own', { a: true }, 19],
  ])('%s', (_name, value, bound) => {
    expect(boundJson(value)).toBe(bound);
  });

  it('of a text covers it as a text', () => {
    fc.assert(fc.property(anyText, (text) => boundString(text) > Buffer.byteLength(text)));
  });
});
