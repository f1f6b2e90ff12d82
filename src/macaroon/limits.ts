import { binaryLength } from './binary.js';
import { MacaroonError } from './errors.js';

/** Longest macaroon, in characters of base64. */
export const MAX_ENCODED_CHARS = 8 * 1024;
export const MAX_CAVEATS = 64;
/** Accounts on one path: the root, and one a `holder` after the first. */
export const MAX_ACCOUNTS = 16;

const HOLDER = Uint8Array.from('holder = ', (c) => c.charCodeAt(0));

/**
 * Whether a macaroon of these parts would be accepted once written. Needs no signature, so that
 * it is asked before any HMAC.
 * @throws {MacaroonError} `too_many_caveats`, `too_many_accounts` or `too_long`.
 */
export function checkLimits(identifier: Uint8Array, caveats: readonly Uint8Array[]): void {
  checkCaveats(caveats);
  checkEncodedLength(Math.ceil((binaryLength(identifier, caveats) * 4) / 3));
}

/** @throws {MacaroonError} `too_many_caveats` or `too_many_accounts`. */
export function checkCaveats(caveats: readonly Uint8Array[]): void {
  if (caveats.length > MAX_CAVEATS) {
    throw new MacaroonError(
      'too_many_caveats',
      `found ${caveats.length} caveats, expected at most ${MAX_CAVEATS}`,
    );
  }
  const accounts = caveats.filter((caveat) => HOLDER.every((byte, at) => caveat[at] === byte));
  if (accounts.length > MAX_ACCOUNTS) {
    throw new MacaroonError(
      'too_many_accounts',
      `found ${accounts.length} holders, expected at most ${MAX_ACCOUNTS}`,
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
