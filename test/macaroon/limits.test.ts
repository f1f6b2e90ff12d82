import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../gateway/crypto.js';
import { extendSignature, rootSignature } from '../../src/macaroon/chain.js';
import { encodeMacaroon } from '../../src/macaroon/encode.js';
import {
  attenuate,
  formatIdentifier,
  MAX_ACCOUNTS,
  MAX_CAVEATS,
  MAX_ENCODED_CHARS,
  mintingKey,
  mintMacaroon,
  verifyMacaroon,
} from '../../src/macaroon/index.js';
import { macaroonKey } from '../../src/macaroon/macaroon-key.js';
import { codeOf, countingCrypto, ring, rootId, toWire } from './fixtures.js';

/** A properly signed macaroon of any size: what a library without our limits would write. */
function unlimited(lines: readonly string[]): string {
  const { kid, secret } = mintingKey(ring);
  const identifier = Buffer.from(formatIdentifier({ kid, tenant: 'main', rootId }));
  const caveats = lines.map((line) => Buffer.from(line));
  const root = rootSignature(macaroonKey(secret, identifier, nodeCrypto), identifier, nodeCrypto);
  return encodeMacaroon({
    identifier,
    caveats,
    signature: extendSignature(root, caveats, nodeCrypto),
  });
}

/** What each operation answers, and that it computed no HMAC where it refused. */
function outcomes(lines: readonly string[]) {
  const text = unlimited(lines);
  const operations = {
    verify: (crypto: typeof nodeCrypto) => verifyMacaroon(text, ring, crypto),
    mint: (crypto: typeof nodeCrypto) =>
      mintMacaroon({ ring, tenant: 'main', rootId, caveats: lines, crypto }),
    attenuate: (crypto: typeof nodeCrypto) =>
      attenuate(unlimited(lines.slice(0, -1)), lines.slice(-1), crypto),
  };
  return Object.values(operations).map((operation) => {
    const crypto = countingCrypto();
    const code = codeOf(() => operation(crypto));
    expect(crypto.calls() > 0).toBe(code === 'accepted');
    return code;
  });
}

const thrice = (code: string) => [code, code, code];

describe('limits, before any HMAC', () => {
  it('64 caveats', () => {
    for (let count = 1; count <= 80; count++) {
      const lines = Array.from({ length: count }, (_, i) => `budget = ${i} credits`);
      expect([count, outcomes(lines)]).toEqual([
        count,
        thrice(count <= MAX_CAVEATS ? 'accepted' : 'too_many_caveats'),
      ]);
    }
  });

  it('64 caveats in JSON', () => {
    const { kid } = mintingKey(ring);
    const i = formatIdentifier({ kid, tenant: 'main', rootId });
    for (let count = 60; count <= 70; count++) {
      const c = Array.from({ length: count }, () => ({ i: 'x' }));
      const text = toWire(JSON.stringify({ i, c, s64: toWire(new Uint8Array(32)) }));
      const crypto = countingCrypto();
      expect(codeOf(() => verifyMacaroon(text, ring, crypto))).toBe(
        count <= MAX_CAVEATS ? 'signature_mismatch' : 'too_many_caveats',
      );
      expect(crypto.calls() > 0).toBe(count <= MAX_CAVEATS);
    }
  });

  it('16 accounts, one a holder', () => {
    for (let count = 14; count <= 20; count++) {
      const holders = Array.from({ length: count }, (_, level) => `holder = h${level}`);
      const expected = count <= MAX_ACCOUNTS ? 'accepted' : 'too_many_accounts';
      expect([count, outcomes(holders)]).toEqual([count, thrice(expected)]);
    }
  });

  it('8 KiB of base64, to the character', () => {
    const rest = unlimited(['x'.repeat(3_000), 'y'.repeat(128)]).length;
    const start = 128 + Math.floor(((MAX_ENCODED_CHARS - rest) * 3) / 4) - 20;
    const seen = new Set<string>();
    for (let length = start; length < start + 40; length++) {
      const lines = ['x'.repeat(3_000), 'y'.repeat(length)];
      const expected = unlimited(lines).length <= MAX_ENCODED_CHARS ? 'accepted' : 'too_long';
      seen.add(expected);
      expect([length, outcomes(lines)]).toEqual([length, thrice(expected)]);
    }
    expect(seen.size).toBe(2);
  });

  it('megabytes are refused by their length alone', () => {
    const text = 'A'.repeat(16 * 1024 * 1024);
    expect(codeOf(() => verifyMacaroon(text, ring, nodeCrypto))).toBe('too_long');
    expect(codeOf(() => attenuate(text, []))).toBe('too_long');
  });

  it('no HMAC for anything else that can be seen without one', () => {
    const crypto = countingCrypto();
    const texts = ['', 'x', '%%%', toWire('{}'), toWire(Buffer.of(2)), 'MDAx'];
    for (const text of texts) {
      expect(codeOf(() => verifyMacaroon(text, ring, crypto))).not.toBe('accepted');
    }
    const stranger = { identifier: Buffer.from('keyid'), caveats: [], signature: Buffer.alloc(32) };
    expect(codeOf(() => verifyMacaroon(encodeMacaroon(stranger), ring, crypto))).toBe(
      'bad_identifier',
    );
    expect(crypto.calls()).toBe(0);
  });
});
