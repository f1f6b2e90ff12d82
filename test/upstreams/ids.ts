import { createHash } from 'node:crypto';

/** An id as its provider makes them: the same for the same request, and another one for any other. */
export function idOf(prefix: string, request: unknown): string {
  const hash = createHash('sha256')
    .update(`${prefix}${JSON.stringify(request)}`)
    .digest('hex');
  return `${prefix}${hash.slice(0, 48)}`;
}

/** As long as what a provider encrypts of a text this long: a third more, and some bytes around it. */
export function encryptedOf(text: string): string {
  const bytes = Buffer.byteLength(text) + 96;
  const pieces: Buffer[] = [];
  for (let n = 0; n * 32 < bytes; n += 1) {
    pieces.push(createHash('sha256').update(`${n}${text}`).digest());
  }
  return Buffer.concat(pieces).subarray(0, bytes).toString('base64');
}
