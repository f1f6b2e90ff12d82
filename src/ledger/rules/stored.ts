import { UNITS } from '../../money/units.js';
import type { AccountState } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { neverCharged, withParts } from './counters.js';

/**
 * Which accounts are stored: those of which there is something to say, and those above them. An account
 * that has used nothing, has nothing set aside, and of which no operator has said anything, leaves with
 * the last call that ends at it. So accounts that are named and cost nothing are not kept, and take no
 * place of the root's.
 */
export function isStored({ accounts }: AccountState): boolean {
  return accounts > 0;
}

type Known = (name: string) => AccountState | undefined;

/**
 * States after a change, where each account that is stored for the first time is counted by itself and
 * by all above it, and each that leaves is counted no more: then it is not {@link isStored}.
 */
export function counted(changed: readonly AccountState[], stored: Known): readonly AccountState[] {
  if (changed.every((state) => !saysNothing(state) && stored(state.account) !== undefined)) {
    return changed;
  }
  const all = new Map(changed.map((state) => [state.account, state]));
  const count = (account: string, by: 1 | -1) => {
    for (const name of accountAndAncestors(account)) {
      const state = all.get(name) ?? stored(name) ?? neverCharged(name);
      all.set(name, withParts(state, { accounts: state.accounts + by }));
    }
  };
  for (const newcomer of newcomersOf(changed, stored)) count(newcomer, 1);
  // What is below a name is longer. It leaves first.
  const names = new Set([...all.keys()].flatMap(accountAndAncestors));
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    const state = all.get(name) ?? stored(name);
    if (state?.accounts === 1 && saysNothing(state)) count(name, -1);
  }
  return [...all.values()];
}

/** Whoever is stored has all above it stored as well. */
function newcomersOf(changed: readonly AccountState[], stored: Known): ReadonlySet<string> {
  const newcomers = new Set<string>();
  for (const { account } of changed) {
    for (const name of accountAndAncestors(account)) {
      if (stored(name) === undefined) newcomers.add(name);
    }
  }
  return newcomers;
}

/** Its windows count nothing that its counters for life don't. */
function saysNothing(state: AccountState): boolean {
  if (state.openHolds > 0 || state.standing !== 'open') return false;
  return (
    UNITS.every((unit) => {
      const { spent, held } = state.counters[unit];
      return spent === 0 && held === 0;
    }) &&
    Object.keys(state.carves).length === 0 &&
    Object.keys(state.toppedUp).length === 0
  );
}
