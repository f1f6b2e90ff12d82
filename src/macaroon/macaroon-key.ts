import type { MacaroonCrypto } from './crypto.js';

const SALT = Uint8Array.from('bursar/v1', (c) => c.charCodeAt(0));
/** What the derived key is for, and the zero byte that ends it: no other purpose can collide. */
const PURPOSE = Uint8Array.from('macaroon\0', (c) => c.charCodeAt(0));

/**
 * A macaroon's own key: HKDF-SHA256 of its ring key, salt `bursar/v1`, info `macaroon`, a zero
 * byte, the whole identifier. 32 bytes. No two macaroons share one, and none gives away the ring's.
 */
export function macaroonKey(
  ringSecret: Uint8Array,
  identifier: Uint8Array,
  crypto: MacaroonCrypto,
): Uint8Array {
  const info = new Uint8Array(PURPOSE.length + identifier.length);
  info.set(PURPOSE);
  info.set(identifier, PURPOSE.length);
  return crypto.hkdfSha256(ringSecret, SALT, info);
}
