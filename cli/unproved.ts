import { type Allowance, interpretCaveats } from '../src/caveats/index.js';
import { decodeMacaroon, type Identifier, parseIdentifier } from '../src/macaroon/index.js';

/** What a macaroon says of itself. Nothing is proved: that takes the key ring. */
export interface UnprovedAllowance {
  readonly identifierText: string;
  readonly identifier: Identifier;
  readonly caveats: readonly string[];
  readonly allowance: Allowance;
}

/** @throws {MacaroonError | CaveatError} for one that any gateway would refuse. */
export function readUnproved(macaroon: string): UnprovedAllowance {
  const { identifier: identifierText, unprovedCaveats } = decodeMacaroon(macaroon);
  const identifier = parseIdentifier(identifierText);
  const allowance = interpretCaveats(identifier, unprovedCaveats);
  return { identifierText, identifier, caveats: unprovedCaveats, allowance };
}
