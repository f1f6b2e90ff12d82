import type { Allowance } from '../src/caveats/allowance.js';
import type { ProvedChain } from '../src/macaroon/index.js';

/** Beside the allowance, which is a plain value: as long as that is remembered. */
const chains = new WeakMap<Allowance, ProvedChain['fingerprints']>();

/** Takes note of what an allowance was read from. */
export function noteChain(allowance: Allowance, { fingerprints }: ProvedChain): void {
  chains.set(allowance, fingerprints);
}

/**
 * The fingerprints of a macaroon and of all that it was attenuated from.
 * @throws {Error} for an allowance that comes from no proof: nobody can say that it is not revoked.
 */
export function fingerprintsOf(allowance: Allowance): readonly string[] {
  const fingerprints = chains.get(allowance);
  if (fingerprints === undefined)
    throw new Error('found an allowance without the chain it stands on');
  return fingerprints();
}
