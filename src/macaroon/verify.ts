import { asciiText } from './ascii.js';
import { extendSignature, rootSignature } from './chain.js';
import { equalInConstantTime } from './constant-time.js';
import type { MacaroonCrypto } from './crypto.js';
import { decodeParts } from './decode.js';
import { MacaroonError } from './errors.js';
import { type Identifier, parseIdentifier } from './identifier.js';
import { findKey, type KeyRing } from './key-ring.js';
import { macaroonKey } from './macaroon-key.js';

const proved: unique symbol = Symbol('proved');

/**
 * A chain whose signature was proved. Only {@link verifyMacaroon} can make one.
 *
 * Proved is that these caveats, in this order, stand on a macaroon minted under the ring. What
 * they allow, when they expire, and whether the ledger knows the account is not looked at yet.
 */
export interface ProvedChain {
  readonly [proved]: true;
  readonly identifier: Identifier;
  readonly caveats: readonly string[];
}

/**
 * Proves a macaroon's signature: shape and size, identifier, ring key, HMAC chain, comparison in
 * constant time, and only then its caveats.
 * @throws {MacaroonError} and nothing else, whatever the text.
 */
export function verifyMacaroon(text: string, ring: KeyRing, crypto: MacaroonCrypto): ProvedChain {
  const { identifier, caveats, signature } = decodeParts(text);
  const name = parseIdentifier(asciiText(identifier));
  const key = findKey(ring, name.kid);
  if (key === undefined) {
    throw new MacaroonError('unknown_key', `no key ${JSON.stringify(name.kid)} in the ring`);
  }
  const root = rootSignature(macaroonKey(key.secret, identifier, crypto), identifier, crypto);
  if (!equalInConstantTime(extendSignature(root, caveats, crypto), signature)) {
    throw new MacaroonError('signature_mismatch', 'the signature is not that of these caveats');
  }
  return { [proved]: true, identifier: name, caveats: caveats.map(asciiText) };
}
