import { MacaroonError } from './errors.js';
import type { MacaroonParts } from './types.js';

/**
 * The V2 binary format (libmacaroons, doc/format.txt), restricted to what we accept:
 *
 *     02 [01 len location] 02 len identifier 00 (02 len caveat 00)* 00 06 20 signature
 *
 * Lengths are varints of the fewest bytes. No signature covers the location, so it is skipped on
 * reading and never written.
 */
const VERSION_2 = 2;
const END = 0;
const LOCATION = 1;
const IDENTIFIER = 2;
const VERIFICATION_ID = 4;
const SIGNATURE = 6;

export const SIGNATURE_BYTES = 32;
/** Two bytes of varint reach this; 8 KiB of base64 hold less. */
const MAX_FIELD_BYTES = 0x3fff;

/** Whether bytes that were base64url are to be read by {@link decodeBinary}. */
export function isBinaryV2(bytes: Uint8Array): boolean {
  return bytes[0] === VERSION_2;
}

/** @throws {MacaroonError} `malformed` or `third_party`. */
export function decodeBinary(bytes: Uint8Array): MacaroonParts {
  const reader = new Reader(bytes);
  reader.expect(VERSION_2, 'the version');
  if (reader.peek() === LOCATION) reader.field(LOCATION, 'the location');
  const identifier = reader.field(IDENTIFIER, 'the identifier');
  reader.expect(END, 'the end of the header');
  const caveats: Uint8Array[] = [];
  while (reader.peek() !== END) {
    if (reader.peek() === LOCATION) throw thirdParty(caveats.length);
    caveats.push(reader.field(IDENTIFIER, 'a caveat'));
    if (reader.peek() === VERIFICATION_ID) throw thirdParty(caveats.length - 1);
    reader.expect(END, 'the end of a caveat');
  }
  reader.expect(END, 'the end of the caveats');
  const signature = reader.field(SIGNATURE, 'the signature');
  if (signature.length !== SIGNATURE_BYTES) throw wrongSignatureLength(signature.length);
  reader.expectNoMore();
  return { identifier, caveats, signature };
}

/** How many bytes {@link encodeBinary} will write. */
export function binaryLength(identifier: Uint8Array, caveats: readonly Uint8Array[]): number {
  let total = 1 + fieldLength(identifier) + 1;
  for (const caveat of caveats) total += fieldLength(caveat) + 1;
  return total + 1 + 2 + SIGNATURE_BYTES;
}

/** The parts must have passed `checkLimits`. No location is written. */
export function encodeBinary(parts: MacaroonParts): Uint8Array {
  const bytes = new Uint8Array(binaryLength(parts.identifier, parts.caveats));
  bytes[0] = VERSION_2;
  // An END is a zero byte, which is there already: each is one step forward.
  let at = writeField(bytes, 1, IDENTIFIER, parts.identifier) + 1;
  for (const caveat of parts.caveats) at = writeField(bytes, at, IDENTIFIER, caveat) + 1;
  writeField(bytes, at + 1, SIGNATURE, parts.signature);
  return bytes;
}

function fieldLength(data: Uint8Array): number {
  return 1 + (data.length < 0x80 ? 1 : 2) + data.length;
}

function writeField(bytes: Uint8Array, start: number, type: number, data: Uint8Array): number {
  let at = start;
  bytes[at++] = type;
  if (data.length < 0x80) {
    bytes[at++] = data.length;
  } else {
    bytes[at++] = (data.length & 0x7f) | 0x80;
    bytes[at++] = data.length >> 7;
  }
  bytes.set(data, at);
  return at + data.length;
}

/** Reads on from the front of `bytes`; past the end, {@link Reader.peek} is undefined. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  expect(byte: number, what: string): void {
    const found = this.peek();
    if (found !== byte) {
      throw new MacaroonError(
        'malformed',
        `${what}: found ${found === undefined ? 'the end' : `byte ${found}`}, expected byte ${byte}`,
      );
    }
    this.#at++;
  }

  field(type: number, what: string): Uint8Array {
    this.expect(type, what);
    const length = this.#length(what);
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new MacaroonError(
        'malformed',
        `${what}: found ${this.#bytes.length - this.#at} bytes left, expected ${length}`,
      );
    }
    const data = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return data;
  }

  #length(what: string): number {
    const low = this.#bytes[this.#at++];
    if (low !== undefined && low < 0x80) return low;
    const high = this.#bytes[this.#at++];
    if (low === undefined || high === undefined || high === 0 || high >= 0x80) {
      throw new MacaroonError(
        'malformed',
        `${what}: expected its length as a varint of the fewest bytes, at most ${MAX_FIELD_BYTES}`,
      );
    }
    return (low & 0x7f) | (high << 7);
  }

  expectNoMore(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) {
      throw new MacaroonError(
        'malformed',
        `found ${left} bytes after the signature, expected none`,
      );
    }
  }
}

function thirdParty(index: number): MacaroonError {
  return new MacaroonError(
    'third_party',
    `caveat ${index + 1} is for a third party, expected first-party caveats only`,
  );
}

function wrongSignatureLength(found: number): MacaroonError {
  return new MacaroonError(
    'malformed',
    `the signature: found ${found} bytes, expected ${SIGNATURE_BYTES}`,
  );
}
