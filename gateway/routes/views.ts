import type { AccountLimits, AccountState, Counters, Genesis } from '../../src/ledger/contract.js';
import { type Limit, UNITS, type Unit, type Window } from '../../src/money/units.js';
import { Amount, type ApiValue } from '../api/json.js';

/** One account as the API shows it: its limits as they stand, and what was counted of each unit. */
export function accountView(
  state: AccountState,
  limits: readonly Limit[],
  holder: string,
): Record<string, ApiValue> {
  return {
    account: state.account,
    holder,
    limits: limits.map((limit) => limitView(limit, state)),
    spent: countersView(state.counters, 'spent'),
    held: countersView(state.counters, 'held'),
  };
}

/** The name of an account's holder: the last step of its path, or the root's as minted. */
export function holderOf(account: string, genesis: Genesis): string {
  const steps = account.split('/');
  return steps.length === 2 ? genesis.holder : (steps.at(-1) ?? '');
}

function limitView({ unit, window, limitMicros }: Limit, state: AccountState): ApiValue {
  const { spent, held } = countersOf(state, unit, window);
  return {
    unit,
    window,
    limit: new Amount(limitMicros),
    spent: new Amount(spent),
    held: new Amount(held),
    remaining: new Amount(Math.max(0, limitMicros - spent - held)),
  };
}

/** For life, or in the current window. Where none was counted yet, nothing was spent in it. */
function countersOf({ counters, windows }: AccountState, unit: Unit, window: Window) {
  if (window === 'life') return counters[unit];
  const own = windows.find((its) => its.unit === unit && its.window === window);
  return { spent: own?.spentMicros ?? 0, held: own?.heldMicros ?? 0 };
}

function countersView(counters: Counters, which: 'spent' | 'held'): ApiValue {
  return Object.fromEntries(UNITS.map((unit) => [unit, new Amount(counters[unit][which])]));
}

/** What was written at mint. */
export function genesisView(genesis: Genesis, instant: (ms: number) => string): ApiValue {
  const { holder, kid, expiresAtMs, labels } = genesis;
  return { holder, kid, expires: instant(expiresAtMs), labels };
}

/** The limits that bind a root: those of its macaroon, and those minted with it. */
export function withGenesisLimits(
  account: AccountLimits,
  genesis: Genesis,
  isRoot: boolean,
): readonly Limit[] {
  if (!isRoot) return account.limits;
  const same = (a: Limit, b: Limit) =>
    a.unit === b.unit && a.window === b.window && a.limitMicros === b.limitMicros;
  const more = genesis.limits.filter((limit) => !account.limits.some((own) => same(own, limit)));
  return [...account.limits, ...more];
}
