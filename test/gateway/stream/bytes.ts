import { fc } from '../../support/property.js';

const encoder = new TextEncoder();

export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function toText(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('utf8');
}

/** The bytes in pieces, cut before each of these positions. */
export function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const cuts = positions.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b);
  return [...cuts, bytes.length].map((end, n) => bytes.slice(cuts[n - 1] ?? 0, end));
}

/** Everything one byte at a time. */
export function eachByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

export const positions = fc.array(fc.nat({ max: 100_000 }), { maxLength: 40 });
