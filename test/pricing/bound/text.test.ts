import { describe, expect, it } from 'vitest';
import { boundText, utf8Bytes } from '../../../src/pricing/bound/text.js';
import { fc, runs } from '../../support/property.js';
import { anyText, CORPORA } from './corpora.js';
import { TOKENIZERS } from './tokenizers.js';

describe.each(TOKENIZERS)('the bound of a text against $name', ({ count }) => {
  it.each(Object.entries(CORPORA))('is never below it: %s', (_name, texts) => {
    for (const text of [...texts, texts.join(' ')]) {
      expect(boundText(text), JSON.stringify(text)).toBeGreaterThanOrEqual(count(text));
    }
  });

  it('is never below it, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => boundText(text) >= count(text)),
      { numRuns: runs(400) },
    );
  });

  it('is never below it for any one character', { timeout: 120_000 }, () => {
    const below: string[] = [];
    // All of the first plane that normalises to something else, and a sample of the rest.
    for (let point = 0; point < 0x110000; point += point < 0x10000 ? 1 : 97) {
      const text = String.fromCodePoint(point);
      if (point > 0x2fff && point % 7 !== 0 && text.normalize('NFKC') === text) continue;
      if (boundText(text) < count(text)) below.push(point.toString(16));
    }
    expect(below).toEqual([]);
  });
});

describe('the bound of a text', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['é', 2],
    ['ﬁ', 3], // "fi" once normalised: the raw text is longer
    ['ﷺ', 33],
    ['🙂', 4],
    ['\ud83d', 3],
  ])('of %j is %i', (text, bound) => {
    expect(boundText(text)).toBe(bound);
  });

  it('counts the bytes that the encoder writes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });

  it('is never below the bytes of the text, raw or NFKC', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(boundText(text)).toBeGreaterThanOrEqual(Buffer.byteLength(text));
        expect(boundText(text)).toBeGreaterThanOrEqual(Buffer.byteLength(text.normalize('NFKC')));
      }),
    );
  });

  it('rests on this: no character is longer composed than decomposed', () => {
    for (let point = 0; point < 0x110000; point += 1) {
      const text = String.fromCodePoint(point);
      if (utf8Bytes(text.normalize('NFKC')) > utf8Bytes(text.normalize('NFKD'))) {
        expect.fail(point.toString(16));
      }
    }
  });

  it('is that of NFKC to the byte where no mark can combine', () => {
    for (const text of ['naïve café', '각 글자', 'ﷺ ﬁ ½', '漢字かな', '𝐀 𝟗']) {
      expect(boundText(text)).toBe(Math.max(utf8Bytes(text), utf8Bytes(text.normalize('NFKC'))));
    }
  });

  it('counts what its marks can move into: é and a mark below it grow together', () => {
    const text = 'é\u0323';
    expect(boundText(text)).toBeGreaterThanOrEqual(utf8Bytes(text.normalize('NFKC')));
    expect(utf8Bytes(text.normalize('NFKC'))).toBe(5);
  });
});
