import { hash } from 'node:crypto';
import type { Allowance } from '../src/caveats/allowance.js';
import { CaveatError } from '../src/caveats/errors.js';
import { permitsAt } from '../src/caveats/expires.js';
import { readAllowance } from '../src/caveats/read.js';
import type { MacaroonCrypto } from '../src/macaroon/crypto.js';
import { type KeyRing, MacaroonError, verifyMacaroon } from '../src/macaroon/index.js';
import { Problem } from './api/problem.js';

export interface AuthenticateDeps {
  /** The ring as it is now; another object when the file was changed. */
  readonly keyRing: () => KeyRing;
  readonly crypto: MacaroonCrypto;
  readonly clock: () => number;
}

/** How many proved macaroons are remembered. One takes about a kilobyte. */
const REMEMBERED = 4_096;
/**
 * How many characters of them, since whoever holds one can make any number as long as they may be,
 * and such a one, all tools, takes 100 KiB once it is read: 30 MB at the most.
 */
const REMEMBERED_CHARS = 2 * 1024 * 1024;

interface Proof {
  readonly allowance: Allowance;
  readonly chars: number;
}

/**
 * Makes the function that turns a credential into what it allows: HMAC first, then the caveats.
 * A proof is remembered by the credential's SHA-256, since the same agent sends the same macaroon
 * call after call; expiry is looked at every time, and a changed key ring forgets them all.
 *
 * Not checked: whether the ledger knows the accounts.
 */
export function createAuthenticator(deps: AuthenticateDeps) {
  let ring = deps.keyRing();
  /** Keeps the order of insertion: its first is the one longest unused. */
  const proved = new Map<string, Proof>();
  let chars = 0;

  function prove(credential: string): Allowance {
    try {
      return readAllowance(verifyMacaroon(credential, ring, deps.crypto));
    } catch (error) {
      if (error instanceof MacaroonError || error instanceof CaveatError) {
        throw new Problem('invalid_macaroon', { cause: error });
      }
      throw error;
    }
  }

  function remember(digest: string, proof: Proof): void {
    proved.set(digest, proof);
    chars += proof.chars;
    while (proved.size > REMEMBERED || chars > REMEMBERED_CHARS) {
      const { value: oldest } = proved.keys().next();
      if (oldest === undefined) return;
      forget(oldest);
    }
  }

  function forget(digest: string): Proof | undefined {
    const proof = proved.get(digest);
    if (proof === undefined) return undefined;
    proved.delete(digest);
    chars -= proof.chars;
    return proof;
  }

  /**
   * @throws {Problem} `invalid_macaroon`, with one message for every cause, or `expired`
   */
  return function authenticate(credential: string): Allowance {
    const current = deps.keyRing();
    if (current !== ring) {
      ring = current;
      proved.clear();
      chars = 0;
    }
    const digest = hash('sha256', credential, 'base64');
    const proof = forget(digest) ?? { allowance: prove(credential), chars: credential.length };
    remember(digest, proof);
    const { allowance } = proof;
    if (!permitsAt(allowance.expiresAtMs, deps.clock())) {
      throw new Problem('expired', { account: allowance.path.at(-1)?.account ?? '' });
    }
    return allowance;
  };
}

export type Authenticate = ReturnType<typeof createAuthenticator>;
