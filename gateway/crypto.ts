import { hash } from 'node:crypto';
import type { MacaroonCrypto } from '../src/macaroon/crypto.js';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * Node's crypto, for the path of every call. HMAC is written out over one-shot hashes: half the
 * cost of `createHmac` on Node 20 (1.0 µs against 2.0 on short inputs), a fifth on Node 24. Digests
 * come out as Latin-1 text, which Node makes faster than a buffer.
 */
export const nodeCrypto: MacaroonCrypto = { hmacSha256, hkdfSha256 };

/** RFC 2104: H((K ⊕ opad) ‖ H((K ⊕ ipad) ‖ data)). */
function hmacSha256(key: Uint8Array, data: Uint8Array): Buffer {
  const block = key.length > BLOCK_BYTES ? sha256(key) : key;
  const inner = Buffer.allocUnsafe(BLOCK_BYTES + data.length);
  const outer = Buffer.allocUnsafe(BLOCK_BYTES + DIGEST_BYTES);
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = block[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  inner.set(data, BLOCK_BYTES);
  outer.write(hash('sha256', inner, 'binary'), BLOCK_BYTES, 'latin1');
  return sha256(outer);
}

/** RFC 5869 for one block of output: extract, then expand once. */
function hkdfSha256(key: Uint8Array, salt: Uint8Array, info: Uint8Array): Buffer {
  const block = Buffer.allocUnsafe(info.length + 1);
  block.set(info);
  block[info.length] = 1;
  return hmacSha256(hmacSha256(salt, key), block);
}

function sha256(data: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
