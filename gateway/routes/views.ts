import { formatInstant } from '../../src/caveats/expires.js';
import type { AccountState, Genesis, LimitState } from '../../src/ledger/contract.js';
import { type Limit, UNITS, type Vector } from '../../src/money/units.js';
import { Amount, type ApiValue } from '../api/json.js';
import { standingLimits } from '../standing-limits.js';

type View = Record<string, ApiValue | undefined>;

/** An account with what bounds it, in whose words it may be. */
export interface Shown {
  readonly state: AccountState;
  readonly holder: string;
  /** Those presented, or last seen. */
  readonly limits: readonly Limit[];
  /** For a root, those minted with it. */
  readonly minted?: readonly Limit[];
}

/**
 * One account as the API shows it: what an operator has said of it, its limits as they stand, what
 * was counted of each unit, and what is set aside for it.
 */
export function accountView({ state, holder, limits, minted = [] }: Shown, nowMs: number): View {
  return {
    account: state.account,
    holder,
    standing: state.standing,
    limits: standingLimits(state, limits, minted, nowMs).map((limit) => ({
      ...limitStateView(limit),
      carved: limit.carved ? true : undefined,
    })),
    spent: countersView(state, 'spent'),
    held: countersView(state, 'held'),
    toppedUp: vectorView(state.toppedUp),
    setAside: setAsideView(state),
  };
}

/** The name of an account's holder: the last step of its path, or the root's as minted. */
export function holderOf(account: string, genesis: Genesis): string {
  const steps = account.split('/');
  return steps.length === 2 ? genesis.holder : (steps.at(-1) ?? '');
}

/** One limit as it stands. `resetsAt` is when its window ends. */
export function limitStateView(limit: LimitState): View {
  const { unit, window, resetsAtMs } = limit;
  return {
    unit,
    window,
    limit: new Amount(limit.limitMicros),
    spent: new Amount(limit.spentMicros),
    held: new Amount(limit.heldMicros),
    remaining: new Amount(limit.remainingMicros),
    resetsAt: resetsAtMs === undefined ? undefined : formatInstant(resetsAtMs),
  };
}

/** The units that are known, as amounts. */
export function vectorView(vector: Vector): View {
  return Object.fromEntries(
    UNITS.map((unit) => {
      const micros = vector[unit];
      return [unit, micros === undefined ? undefined : new Amount(micros)];
    }),
  );
}

/**
 * What all ancestors hold back for this account alone: how much, what the account has used of it,
 * spent or held, and until when.
 */
function setAsideView({ carves, counters }: AccountState): ApiValue[] {
  return UNITS.flatMap((unit) => {
    const carve = carves[unit];
    if (carve === undefined) return [];
    const { spent, held } = counters[unit];
    const used = Math.min(spent + held, carve.amountMicros);
    return [
      {
        unit,
        amount: new Amount(carve.amountMicros),
        used: new Amount(used),
        until: formatInstant(carve.endMs),
      },
    ];
  });
}

function countersView({ counters }: AccountState, which: 'spent' | 'held'): ApiValue {
  return Object.fromEntries(UNITS.map((unit) => [unit, new Amount(counters[unit][which])]));
}

/** What was written at mint. */
export function genesisView(genesis: Genesis, instant: (ms: number) => string): ApiValue {
  const { holder, kid, expiresAtMs, labels } = genesis;
  return { holder, kid, expires: instant(expiresAtMs), labels };
}
