import type { Allowance } from '../src/caveats/allowance.js';
import type { RevocationsDiffer } from '../src/ledger/contract.js';
import { Problem } from './api/problem.js';
import { fingerprintsOf } from './proved-chains.js';

/** A root's revoked macaroons, as the ledger told them last. */
interface Known {
  readonly number: number;
  readonly fingerprints: ReadonlySet<string>;
  /** What was found of macaroons that were compared with them. */
  readonly found: WeakMap<Allowance, boolean>;
}

/** Of at most 1,000 fingerprints each; what is forgotten is told again by the ledger. */
const MAX_ROOTS = 256;
/** How often one use of a macaroon is asked for, as one more is revoked each time. */
const MAX_ASKED = 8;

/**
 * The revoked macaroons that this gateway knows of. Whoever uses a macaroon presents the number of the
 * revocations that it was compared with, and the ledger refuses any other number in the step in which it
 * decides: so a revocation counts at every gateway at once, and costs a root that has none nothing.
 */
export class Revocations {
  readonly #byRoot = new Map<string, Known>();

  /**
   * What to present to the ledger: 0 where nothing of the root is known.
   * @throws {Problem} `macaroon_revoked`
   */
  numberFor(allowance: Allowance): number {
    if (this.#byRoot.size === 0) return 0;
    const known = this.#byRoot.get(rootOf(allowance));
    if (known === undefined) return 0;
    let isRevoked = known.found.get(allowance);
    if (isRevoked === undefined) {
      isRevoked = fingerprintsOf(allowance).some((print) => known.fingerprints.has(print));
      known.found.set(allowance, isRevoked);
    }
    if (!isRevoked) return known.number;
    throw new Problem('macaroon_revoked', { account: allowance.path.at(-1)?.account ?? '' });
  }

  /** Whether the ledger told of others, so that it is worth to ask once more. */
  hasLearnt(outcome: Answer, asked: number): boolean {
    if (!isDifferent(outcome)) return false;
    this.#learn(outcome);
    return asked < MAX_ASKED;
  }

  #learn({ account, number, fingerprints }: RevocationsDiffer): void {
    this.#byRoot.delete(account);
    const [oldest] = this.#byRoot.keys();
    if (oldest !== undefined && this.#byRoot.size >= MAX_ROOTS) this.#byRoot.delete(oldest);
    this.#byRoot.set(account, {
      number,
      fingerprints: new Set(fingerprints),
      found: new WeakMap(),
    });
  }

  /**
   * Asks the ledger, and again for as long as it tells of revocations that were not known.
   * @param ask is told the number to present
   * @throws {Problem} `macaroon_revoked`; `ledger_unavailable` where they change all the time
   */
  async ask<Outcome extends Answer>(
    allowance: Allowance,
    ask: (revocations: number) => Promise<Outcome>,
    asked = 1,
  ): Promise<Exclude<Outcome, RevocationsDiffer>> {
    const outcome = await ask(this.numberFor(allowance));
    if (this.hasLearnt(outcome, asked)) return this.ask(allowance, ask, asked + 1);
    if (isDifferent(outcome)) throw new Problem('ledger_unavailable', { cause: outcome.reason });
    return outcome as Exclude<Outcome, RevocationsDiffer>;
  }
}

type Answer = { readonly status: string; readonly reason?: string };

function isDifferent(outcome: Answer): outcome is RevocationsDiffer {
  return outcome.reason === 'revocations_differ';
}

function rootOf({ path }: Allowance): string {
  return path[0]?.account ?? '';
}
