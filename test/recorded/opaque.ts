import { createHash } from 'node:crypto';

/**
 * Text that only its provider can read, as base64: always the same of the same name, and like noise
 * to a tokenizer and to compression.
 * @param length of the base64, in characters: a multiple of 4
 */
export function opaque(name: string, length: number): string {
  const bytes = (length / 4) * 3;
  const pieces: Buffer[] = [];
  for (let n = 0; n * 32 < bytes; n += 1) {
    pieces.push(createHash('sha256').update(`${name} ${n}`).digest());
  }
  return Buffer.concat(pieces).subarray(0, bytes).toString('base64');
}
