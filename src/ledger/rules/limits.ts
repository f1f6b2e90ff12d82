import type { Limit } from '../../money/units.js';
import type { AccountState, LimitState } from '../contract.js';

/** One account of a path with everything that bounds it. */
export interface BoundAccount {
  readonly state: AccountState;
  /** Those of the macaroon. */
  readonly presented: readonly Limit[];
  /**
   * All that hold, in the order in which they refuse: those presented, and at the root those of
   * its genesis too, so that a leaked root key can't raise a live root.
   */
  readonly limits: readonly Limit[];
}

/** How one limit stands. Remaining is never below zero, even where a limit was lowered. */
export function limitState({ account, counters }: AccountState, limit: Limit): LimitState {
  const { unit, window, limitMicros } = limit;
  const { spent, held } = counters[unit];
  return {
    account,
    unit,
    window,
    limitMicros,
    spentMicros: spent,
    heldMicros: held,
    remainingMicros: Math.max(0, limitMicros - spent - held),
  };
}

export function limitStates(accounts: readonly BoundAccount[]): LimitState[] {
  return accounts.flatMap(({ state, limits }) => limits.map((limit) => limitState(state, limit)));
}
