import { hash } from 'node:crypto';
import type { Allowance } from '../src/caveats/allowance.js';
import { CaveatError } from '../src/caveats/errors.js';
import { permitsAt } from '../src/caveats/expires.js';
import { readAllowance } from '../src/caveats/read.js';
import type { MacaroonCrypto } from '../src/macaroon/crypto.js';
import { type KeyRing, MacaroonError, verifyMacaroon } from '../src/macaroon/index.js';
import { Problem } from './api/problem.js';
import { describeInvalid } from './credential.js';
import { noteChain } from './proved-chains.js';

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

/**
 * Makes the function that turns a credential into what it allows: HMAC first, then the caveats.
 * A proof is remembered by the credential's SHA-256, since the same agent sends the same macaroon
 * call after call; expiry is looked at every time, and a changed key ring forgets them all.
 *
 * Not checked: whether the ledger knows the accounts.
 */
export function createAuthenticator(deps: AuthenticateDeps) {
  let ring = deps.keyRing();
  /**
   * In two generations: where the recent one is full, the older one is forgotten, but for those that
   * were presented since. A call that is known changes nothing, as most are: a map that is written to
   * call after call is made anew again and again, and its old ones outlive collections.
   */
  let recent = new Map<string, Allowance>();
  let older = new Map<string, Allowance>();
  /** Of the credentials of the recent one. */
  let chars = 0;

  function prove(credential: string): Allowance {
    try {
      const chain = verifyMacaroon(credential, ring, deps.crypto);
      const allowance = readAllowance(chain);
      noteChain(allowance, chain);
      return allowance;
    } catch (error) {
      if (error instanceof MacaroonError || error instanceof CaveatError) {
        throw new Problem('invalid_macaroon', { ...describeInvalid(credential), cause: error });
      }
      throw error;
    }
  }

  function remember(digest: string, allowance: Allowance, length: number): void {
    if (recent.size >= REMEMBERED / 2 || chars + length > REMEMBERED_CHARS / 2) {
      older = recent;
      recent = new Map();
      chars = 0;
    }
    recent.set(digest, allowance);
    chars += length;
  }

  function allowanceOf(credential: string): Allowance {
    const digest = hash('sha256', credential, 'base64');
    const known = recent.get(digest);
    if (known !== undefined) return known;
    const allowance = older.get(digest) ?? prove(credential);
    remember(digest, allowance, credential.length);
    return allowance;
  }

  /**
   * @throws {Problem} `invalid_macaroon`, with one message for every cause, or `expired`
   */
  return function authenticate(credential: string): Allowance {
    const current = deps.keyRing();
    if (current !== ring) {
      ring = current;
      recent = new Map();
      older = new Map();
      chars = 0;
    }
    const allowance = allowanceOf(credential);
    if (!permitsAt(allowance.expiresAtMs, deps.clock())) {
      throw new Problem('expired', { account: allowance.path.at(-1)?.account ?? '' });
    }
    return allowance;
  };
}

export type Authenticate = ReturnType<typeof createAuthenticator>;
