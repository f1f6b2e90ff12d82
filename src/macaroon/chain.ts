import type { MacaroonCrypto } from './crypto.js';

/**
 * The chain of libmacaroons, which every library shares. Each link's signature is the key of the
 * next, so whoever holds the last one can append a caveat, and nobody can take one away.
 */
const KEY_GENERATOR = Uint8Array.from('macaroons-key-generator', (c) => c.charCodeAt(0));

/** The signature of a macaroon without caveats: `HMAC(HMAC("macaroons-key-generator", key), id)`. */
export function rootSignature(
  key: Uint8Array,
  identifier: Uint8Array,
  crypto: MacaroonCrypto,
): Uint8Array {
  return crypto.hmacSha256(crypto.hmacSha256(KEY_GENERATOR, key), identifier);
}

/** The signature after these caveats: `s = HMAC(s, caveat)` for each, in order. */
export function extendSignature(
  signature: Uint8Array,
  caveats: readonly Uint8Array[],
  crypto: MacaroonCrypto,
): Uint8Array {
  let last = signature;
  for (const caveat of caveats) last = crypto.hmacSha256(last, caveat);
  return last;
}
