import { lineBytes } from './ascii.js';
import { encodeBase64url } from './base64url.js';
import { encodeBinary } from './binary.js';
import type { MacaroonParts } from './types.js';

/** The one form in which we write: V2 binary in base64url. Parts must have passed `checkLimits`. */
export function encodeMacaroon(parts: MacaroonParts): string {
  return encodeBase64url(encodeBinary(parts));
}

/** @throws {MacaroonError} `not_ascii`. What a caveat means is not looked at. */
export function encodeCaveats(caveats: readonly string[]): Uint8Array[] {
  return caveats.map((caveat) => lineBytes(caveat, `caveat ${JSON.stringify(caveat)}`));
}
