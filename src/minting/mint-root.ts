import { composeCaveats } from '../caveats/compose.js';
import { interpretCaveats } from '../caveats/read.js';
import type { Genesis, OpenOutcome } from '../ledger/contract.js';
import type { MacaroonCrypto } from '../macaroon/crypto.js';
import { type KeyRing, mintingKey, mintMacaroon, newRootId } from '../macaroon/index.js';
import type { MintTerms } from './terms.js';

export interface MintDeps {
  readonly ring: KeyRing;
  readonly crypto: MacaroonCrypto;
  /** Fills the bytes it is given from a cryptographic source. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly openRoot: (genesis: Genesis) => Promise<OpenOutcome>;
}

export interface Minted {
  readonly macaroon: string;
  readonly account: string;
  readonly expiresAtMs: number;
}

/**
 * Opens a root account and answers its macaroon. The ledger comes first: a macaroon whose root is
 * not there would be refused at every call.
 * @throws {LedgerUnavailable} then nothing was given out, and trying again makes another root.
 * @throws {CaveatError | MacaroonError} when the terms don't fit in a macaroon.
 */
export async function mintRoot(deps: MintDeps, terms: MintTerms): Promise<Minted> {
  const { ring, crypto, randomBytes, openRoot } = deps;
  const { tenant, holder, limits, tools, expiresAtMs, labels } = terms;
  const rootId = newRootId(randomBytes(16));
  const { kid } = mintingKey(ring);
  const caveats = composeCaveats({
    holder,
    limits,
    expiresAtMs,
    ...(tools === undefined ? {} : { tools }),
  });
  // Read back as the gateway will: what it would refuse is never given out.
  interpretCaveats({ kid, tenant, rootId }, caveats);
  const macaroon = mintMacaroon({ ring, tenant, rootId, caveats, crypto });
  const outcome = await openRoot({ tenant, rootId, kid, holder, limits, expiresAtMs, labels });
  if (outcome.status === 'refused') {
    throw new Error(`root ${tenant}/${rootId} exists already: the random source repeats itself`);
  }
  return { macaroon, account: `${tenant}/${rootId}`, expiresAtMs };
}
