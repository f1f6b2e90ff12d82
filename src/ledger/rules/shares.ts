import type { BoundAccount } from './limits.js';
import type { Caps } from './records.js';

/**
 * How a tree shares what a root may have of holds and of accounts: **an account's subtree may take as
 * many places as its parent has left.** What an account has left is what its parent has left, less
 * what its own subtree has taken. So the places taken by the subtrees of all accounts of a path, in
 * sum, are at most the root's cap: one child may take a half of them, the next a quarter, and no
 * child, whatever it does, leaves its siblings none.
 */
interface Full<Reason> {
  readonly reason: Reason;
  /** The one nearest the root whose share is full. */
  readonly account: string;
}

type Crowded = Full<'too_many_accounts'>;

/** Why one more hold at the leaf of a path does not fit, with the accounts that it is the first of. */
export function holdRefusal(
  path: readonly BoundAccount[],
  caps: Caps,
): Crowded | Full<'too_many_holds'> | undefined {
  const crowded = accountsRefusal(path, caps);
  if (crowded !== undefined) return crowded;
  let taken = 0;
  for (const { state } of path) {
    taken += state.openHolds + 1;
    if (taken > caps.maxHoldsPerRoot) return { reason: 'too_many_holds', account: state.account };
  }
  return undefined;
}

/** Why those accounts of a path that are not stored yet do not fit. */
export function accountsRefusal(path: readonly BoundAccount[], caps: Caps): Crowded | undefined {
  const first = path.findIndex(({ isNew }) => isNew);
  if (first < 0) return undefined;
  let taken = 0;
  for (let level = 0; level < path.length; level++) {
    const { state } = path[level] as BoundAccount;
    // Whatever is below a new account is new as well.
    taken += state.accounts + path.length - Math.max(level, first);
    if (taken > caps.maxAccountsPerRoot) {
      return { reason: 'too_many_accounts', account: state.account };
    }
  }
  return undefined;
}
