import { attenuate } from '../macaroon/attenuate.js';
import { decodeMacaroon } from '../macaroon/decode.js';
import { parseIdentifier } from '../macaroon/identifier.js';
import { type AccountTerms, composeCaveats } from './compose.js';
import { interpretCaveats } from './read.js';

/**
 * A macaroon cut from another: offline, with nothing but that. With a holder it opens a child account,
 * and that part is closed by an `expires`, the parent's own where the terms have none: so whatever the
 * child appends later only restricts it. Without a holder it narrows the account that is there.
 *
 * Not checked: whether the macaroon verifies, and whether it has expired.
 * @param terms at least one of them
 * @throws {MacaroonError | CaveatError}
 */
export function delegate(macaroonText: string, terms: AccountTerms): string {
  return attenuate(macaroonText, delegationCaveats(macaroonText, terms));
}

/** The caveats that {@link delegate} appends. @throws {MacaroonError | CaveatError} */
export function delegationCaveats(macaroonText: string, terms: AccountTerms): string[] {
  const isClosed = terms.holder === undefined || terms.expiresAtMs !== undefined;
  return composeCaveats(isClosed ? terms : { ...terms, expiresAtMs: endOf(macaroonText) });
}

function endOf(macaroonText: string): number {
  const { identifier, unprovedCaveats } = decodeMacaroon(macaroonText);
  return interpretCaveats(parseIdentifier(identifier), unprovedCaveats).expiresAtMs;
}
