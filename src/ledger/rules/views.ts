import type { AccountState, BalanceOutcome, RootUnknown } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { neverCharged, withParts } from './counters.js';
import type { Records, RootRecord } from './records.js';
import { type Clocks, timeOf } from './time.js';
import { rolled } from './windows.js';

export const ROOT_UNKNOWN: RootUnknown = { status: 'refused', reason: 'root_unknown' };

/** The accounts from the root down to one, with zeros where nothing was ever charged. */
export function balance(
  records: Records,
  account: string,
  clocks: Clocks,
): BalanceOutcome | RootUnknown {
  const names = accountAndAncestors(account);
  const root = records.root(names[0] ?? '');
  if (root === undefined) return ROOT_UNKNOWN;
  const path = names.map((name) =>
    shown(records.account(name) ?? neverCharged(name), root, clocks),
  );
  return { status: 'found', genesis: root.genesis, path };
}

/** An account as it is shown: a window that is over is shown as the one that has begun, at 0. */
export function shown(state: AccountState, root: RootRecord, clocks: Clocks): AccountState {
  const windows = rolled(state.windows, timeOf(clocks, root.clockMs));
  return windows === state.windows ? state : withParts(state, { windows });
}
