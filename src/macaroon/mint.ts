import { lineBytes } from './ascii.js';
import { extendSignature, rootSignature } from './chain.js';
import { type MacaroonCrypto, portableCrypto } from './crypto.js';
import { encodeCaveats, encodeMacaroon } from './encode.js';
import { formatIdentifier } from './identifier.js';
import { type KeyRing, mintingKey } from './key-ring.js';
import { checkLimits } from './limits.js';
import { macaroonKey } from './macaroon-key.js';

export interface MintRequest {
  readonly ring: KeyRing;
  readonly tenant: string;
  /** From `newRootId`. The ledger's root account has the same. */
  readonly rootId: string;
  /** One line of printable ASCII each. Whether they make sense is for `src/caveats` to say. */
  readonly caveats: readonly string[];
  readonly crypto?: MacaroonCrypto;
}

/**
 * A new root macaroon under the ring's minting key. The ledger must be told of the root before
 * the macaroon is worth anything.
 * @throws {MacaroonError} `bad_identifier`, `not_ascii`, `too_many_caveats`, `too_many_accounts` or `too_long`.
 */
export function mintMacaroon(request: MintRequest): string {
  const { ring, tenant, rootId, crypto = portableCrypto } = request;
  const { kid, secret } = mintingKey(ring);
  const identifier = lineBytes(formatIdentifier({ kid, tenant, rootId }), 'the identifier');
  const caveats = encodeCaveats(request.caveats);
  checkLimits(identifier, caveats);
  const root = rootSignature(macaroonKey(secret, identifier, crypto), identifier, crypto);
  return encodeMacaroon({ identifier, caveats, signature: extendSignature(root, caveats, crypto) });
}
