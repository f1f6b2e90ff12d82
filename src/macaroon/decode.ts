import { asciiText, checkLine } from './ascii.js';
import { decodeBase64url } from './base64url.js';
import { decodeBinary, isBinaryV2 } from './binary.js';
import { MacaroonError } from './errors.js';
import { decodeJson, isJson } from './json.js';
import { checkCaveats, checkEncodedLength } from './limits.js';
import type { MacaroonParts, UnprovedMacaroon } from './types.js';

/**
 * What a macaroon says of itself, from V2 binary or V2 JSON in base64url.
 *
 * Nothing is proved: neither that we minted it, nor that a caveat was not removed. Decide nothing
 * by it; show it, at most, and say so.
 * @throws {MacaroonError}
 */
export function decodeMacaroon(text: string): UnprovedMacaroon {
  const { identifier, caveats, signature } = decodeParts(text);
  return {
    identifier: asciiText(identifier),
    unprovedCaveats: caveats.map(asciiText),
    signature,
  };
}

/** {@link decodeMacaroon} in bytes, which is what the chain is computed over. */
export function decodeParts(text: string): MacaroonParts {
  checkEncodedLength(text.length);
  // V1 opens with a packet's length in four hex digits, which for any real packet begin with 00:
  // looked for in the base64, because much of V1 is padded or in the other alphabet.
  if (text.startsWith('MDA')) {
    throw new MacaroonError('version_1', 'a version 1 macaroon, expected version 2');
  }
  const bytes = decodeBase64url(text);
  if (bytes === undefined) {
    throw new MacaroonError(
      'not_base64url',
      'expected base64url (A-Z a-z 0-9 - _) without padding, whitespace or spare bits',
    );
  }
  const parts = decodeBytes(bytes);
  checkCaveats(parts.caveats);
  checkLine(parts.identifier, 'the identifier');
  parts.caveats.forEach((caveat, index) => {
    checkLine(caveat, `caveat ${index + 1}`);
  });
  return parts;
}

function decodeBytes(bytes: Uint8Array): MacaroonParts {
  if (isBinaryV2(bytes)) return decodeBinary(bytes);
  if (isJson(bytes)) return decodeJson(bytes);
  throw new MacaroonError('malformed', 'expected a version 2 macaroon, in binary or JSON');
}
