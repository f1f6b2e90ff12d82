import { asciiText } from './ascii.js';
import { extendSignature } from './chain.js';
import { type MacaroonCrypto, portableCrypto } from './crypto.js';
import { decodeParts } from './decode.js';
import { encodeCaveats, encodeMacaroon } from './encode.js';
import { parseIdentifier } from './identifier.js';
import { checkLimits } from './limits.js';

/**
 * The same macaroon with caveats appended: offline, with nothing but the macaroon. Reads V2 binary
 * or JSON, writes binary.
 *
 * That the macaroon verifies is not checked, since that takes the ring's key; what the caveats
 * mean is for `src/caveats` to say.
 * @param caveats one line of printable ASCII each, in order.
 * @throws {MacaroonError}
 */
export function attenuate(
  macaroonText: string,
  caveats: readonly string[],
  crypto: MacaroonCrypto = portableCrypto,
): string {
  const { identifier, caveats: before, signature } = decodeParts(macaroonText);
  parseIdentifier(asciiText(identifier));
  const added = encodeCaveats(caveats);
  const all = [...before, ...added];
  checkLimits(identifier, all);
  return encodeMacaroon({
    identifier,
    caveats: all,
    signature: extendSignature(signature, added, crypto),
  });
}
