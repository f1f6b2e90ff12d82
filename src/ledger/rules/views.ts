import type { BalanceOutcome, RootUnknown } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { neverCharged } from './counters.js';
import type { Records } from './records.js';

export const ROOT_UNKNOWN: RootUnknown = { status: 'refused', reason: 'root_unknown' };

/** The accounts from the root down to one, with zeros where nothing was ever charged. */
export function balance(records: Records, account: string): BalanceOutcome | RootUnknown {
  const names = accountAndAncestors(account);
  const root = records.root(names[0] ?? '');
  if (root === undefined) return ROOT_UNKNOWN;
  const path = names.map((name) => records.account(name) ?? neverCharged(name));
  return { status: 'found', genesis: root.genesis, path };
}
