import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/**
 * The two primitives that the macaroon chain stands on. Runs anywhere through
 * {@link portableCrypto}; the gateway plugs in Node's own, held to the same vectors.
 */
export interface MacaroonCrypto {
  /** HMAC-SHA-256 (RFC 2104). 32 bytes. */
  readonly hmacSha256: (key: Uint8Array, data: Uint8Array) => Uint8Array;
  /** HKDF-SHA-256 (RFC 5869), 32 bytes of output. */
  readonly hkdfSha256: (key: Uint8Array, salt: Uint8Array, info: Uint8Array) => Uint8Array;
}

/** `@noble/hashes`: Node, Deno, Bun, browsers, edge workers. */
export const portableCrypto: MacaroonCrypto = {
  hmacSha256: (key, data) => hmac(sha256, key, data),
  hkdfSha256: (key, salt, info) => hkdf(sha256, key, salt, info, 32),
};
