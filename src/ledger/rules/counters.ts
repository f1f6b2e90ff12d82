import { type Micros, UNITS, type Unit } from '../../money/units.js';
import type { AccountState, Carve, Counters } from '../contract.js';
import type { Shift } from './records.js';

const NOTHING = { spent: 0, held: 0 };

/** An account that was never charged, and of which no operator has said anything. Not stored. */
export function neverCharged(account: string): AccountState {
  return {
    account,
    counters: { credits: NOTHING, usd: NOTHING, tokens: NOTHING, calls: NOTHING },
    windows: [],
    carves: {},
    standing: 'open',
    toppedUp: {},
    limitsLastSeen: [],
  };
}

/** What an account has taken of its limits for life: spent and held. */
export function usedOf({ counters }: AccountState, unit: Unit): Micros {
  const { spent, held } = counters[unit];
  return spent + held;
}

/** What remains of 2^53 − 1 above spent and held: the limit of every counter, named or not. */
export function headroom(state: AccountState, unit: Unit): Micros {
  return Number.MAX_SAFE_INTEGER - usedOf(state, unit);
}

/**
 * What an account takes of its parent: what it has used, and at least what is set aside for it
 * (DESIGN §3, rule 4). A parent has used the claims of its children and what it was charged itself.
 */
export function claimOf(state: AccountState, unit: Unit): Micros {
  return claim(usedOf(state, unit), state.carves[unit]);
}

export function claim(used: Micros, carve: Carve | undefined): Micros {
  return carve === undefined ? used : Math.max(used, carve.amountMicros);
}

/**
 * An account after a change: used and spent moved by so much, and held is what is left between
 * them. Undefined where used would reach 2^53. The same object where nothing changes.
 * @throws {Error} when a counter would fall below zero. No rule does that: the store has lost or
 *   altered a record.
 */
export function moved(
  state: AccountState,
  { used: byUsed, spent: bySpent }: { readonly used: Shift; readonly spent: Shift },
): AccountState | undefined {
  let isSame = true;
  for (const unit of UNITS) {
    const rise = byUsed[unit] ?? 0;
    const paid = bySpent[unit] ?? 0;
    if (rise === 0 && paid === 0) continue;
    isSame = false;
    const used = usedOf(state, unit) + rise;
    if (!Number.isSafeInteger(used)) return undefined;
    const spent = state.counters[unit].spent + paid;
    if (spent < 0 || used - spent < 0) {
      throw new Error(
        `account ${state.account}: expected spent and held in ${unit} of 0 or more after a ` +
          `change of used by ${rise} and spent by ${paid}, found ${spent} and ${used - spent}`,
      );
    }
  }
  if (isSame) return state;
  const { credits, usd, tokens, calls } = state.counters;
  const counters = {
    credits: movedCounter(credits, byUsed.credits, bySpent.credits),
    usd: movedCounter(usd, byUsed.usd, bySpent.usd),
    tokens: movedCounter(tokens, byUsed.tokens, bySpent.tokens),
    calls: movedCounter(calls, byUsed.calls, bySpent.calls),
  };
  return { ...state, counters };
}

type Counter = Counters[Unit];

function movedCounter(before: Counter, rise: Micros = 0, paid: Micros = 0): Counter {
  if (rise === 0 && paid === 0) return before;
  const spent = before.spent + paid;
  return { spent, held: before.spent + before.held + rise - spent };
}
