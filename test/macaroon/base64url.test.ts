import { describe, expect, it } from 'vitest';
import {
  decodeBase64url,
  decodeEitherBase64,
  encodeBase64url,
} from '../../src/macaroon/base64url.js';
import { fc } from '../support/property.js';

describe('base64url', () => {
  it('writes what RFC 4648 does, and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64url(text)).toEqual(bytes);
      }),
    );
  });

  it('reads a text only if it would have written it', () => {
    const character = fc.constantFrom(...'AZaz09-_QgwEI+/= \n\u00c1\u{1f600}\0');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 8 }), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['A', 'AAAAA', 'QQ==', 'QQ=', 'QR', 'QUE=', 'QUF', 'QQ\n', ' QQ', '+A', '/A', 'Q\u0141'])(
    'refuses %j',
    (text) => {
      expect(decodeBase64url(text)).toBeUndefined();
    },
  );
});

describe('base64 inside JSON', () => {
  it('reads either alphabet, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const standard = Buffer.from(bytes).toString('base64');
        const padding = standard.slice(standard.replace(/=+$/, '').length);
        const urlSafe = encodeBase64url(bytes);
        for (const text of [standard, standard.replace(/=/g, ''), urlSafe, urlSafe + padding]) {
          expect(decodeEitherBase64(text)).toEqual(bytes);
        }
      }),
    );
  });

  it.each([
    'QQ=',
    'QQ===',
    'QUI==',
    'QUJD=',
    'QUJD====',
    '=',
    '====',
    'QR==',
    '+-AA',
    '_/AA',
    'QQ ==',
    'QQ==\n',
    'Q=Q=',
  ])('refuses %j', (text) => {
    expect(decodeEitherBase64(text)).toBeUndefined();
  });
});
