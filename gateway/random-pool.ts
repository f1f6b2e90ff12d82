import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;

/**
 * Cryptographic random bytes, drawn from the system in larger pieces: a call to it costs more than
 * the sixteen bytes of a reservation id are worth. No byte is given out twice.
 */
export function createRandomPool(): (length: number) => Uint8Array {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (length) => {
    if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length));
    if (used + length > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    used += length;
    return bytes;
  };
}
