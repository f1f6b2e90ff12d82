import { asciiText } from './ascii.js';
import { extendSignature, rootSignature } from './chain.js';
import { equalInConstantTime } from './constant-time.js';
import type { MacaroonCrypto } from './crypto.js';
import { decodeParts } from './decode.js';
import { MacaroonError } from './errors.js';
import { fingerprintOf } from './fingerprint.js';
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
  /**
   * Of every macaroon on the way to this one, and of this one last: what it was attenuated from is
   * among them (`fingerprint.ts`). Made when it is first asked for.
   */
  readonly fingerprints: () => readonly string[];
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
  const lines = caveats.map(asciiText);
  // A copy: the one that was made may keep something larger in memory.
  const start = Uint8Array.from(root);
  return {
    [proved]: true,
    identifier: name,
    caveats: lines,
    fingerprints: () => chainFingerprints(start, lines, crypto),
  };
}

/** Before the first caveat and after each. */
function chainFingerprints(
  root: Uint8Array,
  caveats: readonly string[],
  crypto: MacaroonCrypto,
): readonly string[] {
  const fingerprints = [fingerprintOf(root)];
  let signature = root;
  for (const caveat of caveats) {
    signature = crypto.hmacSha256(
      signature,
      Uint8Array.from(caveat, (c) => c.charCodeAt(0)),
    );
    fingerprints.push(fingerprintOf(signature));
  }
  return fingerprints;
}
