import { binaryLength } from './binary.js';
import { MacaroonError } from './errors.js';

/** Longest macaroon, in characters of base64. */
export const MAX_ENCODED_CHARS = 8 * 1024;
export const MAX_CAVEATS = 64;

/**
 * Whether a macaroon of these parts would be accepted once written. Needs no signature, so that
 * it is asked before any HMAC.
 * @throws {MacaroonError} `too_many_caveats` or `too_long`.
 */
export function checkLimits(identifier: Uint8Array, caveats: readonly Uint8Array[]): void {
  checkCaveatCount(caveats.length);
  checkEncodedLength(Math.ceil((binaryLength(identifier, caveats) * 4) / 3));
}

/** @throws {MacaroonError} `too_many_caveats`. */
export function checkCaveatCount(count: number): void {
  if (count > MAX_CAVEATS) {
    throw new MacaroonError(
      'too_many_caveats',
      `found ${count} caveats, expected at most ${MAX_CAVEATS}`,
    );
  }
}

/** @throws {MacaroonError} `too_long`. */
export function checkEncodedLength(chars: number): void {
  if (chars > MAX_ENCODED_CHARS) {
    throw new MacaroonError(
      'too_long',
      `found ${chars} characters of base64, expected at most ${MAX_ENCODED_CHARS}`,
    );
  }
}
