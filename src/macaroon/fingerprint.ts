import { sha256 } from '@noble/hashes/sha2.js';

/** No other use of SHA-256 in this project begins so. */
const DOMAIN = Uint8Array.from('bursar-macaroon-fingerprint-v1\0', (c) => c.charCodeAt(0));
const BYTES = 16;

/**
 * The name by which one macaroon is revoked: of its last signature, the first 16 bytes of
 * `SHA-256(domain ‖ signature)` in hex. A signature is a secret, and this is not: it can't be turned
 * back, so it may be shown, stored and logged.
 */
export function fingerprintOf(signature: Uint8Array): string {
  const input = new Uint8Array(DOMAIN.length + signature.length);
  input.set(DOMAIN);
  input.set(signature, DOMAIN.length);
  return Array.from(sha256(input).subarray(0, BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
