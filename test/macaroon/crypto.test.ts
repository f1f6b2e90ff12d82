import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { portableCrypto } from '../../src/macaroon/crypto.js';
import { fc } from '../support/property.js';
import { fixedBytes } from './fixtures.js';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

describe.each([
  ['nodeCrypto', nodeCrypto],
  ['portableCrypto', portableCrypto],
])('%s', (_name, crypto) => {
  it('is HMAC-SHA-256, for keys shorter, equal and longer than a block', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 32, 63, 64, 65, 130), bytes(300), (length, data) => {
        const key = fixedBytes('key', length);
        const expected = createHmac('sha256', key).update(data).digest('hex');
        expect(Buffer.from(crypto.hmacSha256(key, data)).toString('hex')).toBe(expected);
      }),
    );
  });

  it('is HKDF-SHA-256', () => {
    fc.assert(
      fc.property(bytes(80), bytes(80), bytes(200), (key, salt, info) => {
        const expected = Buffer.from(hkdfSync('sha256', key, salt, info, 32)).toString('hex');
        expect(Buffer.from(crypto.hkdfSha256(key, salt, info)).toString('hex')).toBe(expected);
      }),
    );
  });

  it('passes RFC 4231, case 2, and RFC 5869, case 1', () => {
    const mac = crypto.hmacSha256(Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?'));
    expect(Buffer.from(mac).toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    const okm = crypto.hkdfSha256(
      Buffer.alloc(22, 0x0b),
      Buffer.from('000102030405060708090a0b0c', 'hex'),
      Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex'),
    );
    expect(Buffer.from(okm).toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf',
    );
  });
});
