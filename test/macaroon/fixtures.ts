import { createHash } from 'node:crypto';
import { nodeCrypto } from '../../gateway/crypto.js';
import type { MacaroonCrypto } from '../../src/macaroon/crypto.js';
import {
  MacaroonError,
  type MacaroonErrorCode,
  mintMacaroon,
  NEW_KEY_BYTES,
  newKeyRing,
  verifyMacaroon,
} from '../../src/macaroon/index.js';
import { fc } from '../support/property.js';

/** Bytes that look random and are the same in every run. */
export function fixedBytes(seed: string, length: number): Uint8Array {
  return new Uint8Array(createHash('shake256', { outputLength: length }).update(seed).digest());
}

export const ring = newKeyRing({ random: fixedBytes('ring', NEW_KEY_BYTES), nowMs: 0 });
export const rootId = '0123456789abcdef0123456789abcdef';
export const caveats = [
  'holder = research-agent',
  'budget = 1000 credits',
  'expires = 2030-01-01T00:00:00Z',
  'holder = scraper-1',
  'budget = 200 credits',
];

export function mint(lines: readonly string[] = caveats): string {
  return mintMacaroon({ ring, tenant: 'main', rootId, caveats: lines, crypto: nodeCrypto });
}

/** The code with which `verifyMacaroon` refuses, or `accepted`. Any other error fails the test. */
export function verdict(text: string): MacaroonErrorCode | 'accepted' {
  return codeOf(() => verifyMacaroon(text, ring, nodeCrypto));
}

/** The code of the MacaroonError that `act` throws, or `accepted`. Any other error goes on. */
export function codeOf(act: () => unknown): MacaroonErrorCode | 'accepted' {
  try {
    act();
    return 'accepted';
  } catch (error) {
    if (error instanceof MacaroonError) return error.code;
    throw error;
  }
}

/** Node's crypto, and how often it was asked for anything. */
export function countingCrypto(): MacaroonCrypto & { readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    hmacSha256: (key, data) => {
      calls++;
      return nodeCrypto.hmacSha256(key, data);
    },
    hkdfSha256: (key, salt, info) => {
      calls++;
      return nodeCrypto.hkdfSha256(key, salt, info);
    },
  };
}

export function toWire(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64url');
}

export function fromWire(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

/** One line of printable ASCII. */
export const line = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 60,
});
