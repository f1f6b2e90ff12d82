import { type Micros, UNITS, type Unit } from '../../money/units.js';
import type { AccountState, Counters } from '../contract.js';
import type { Shift } from './records.js';

const NOTHING = { spent: 0, held: 0 };

/** An account that was never charged. It is not stored. */
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

/** What remains of 2^53 − 1 above spent and held: the limit of every counter, named or not. */
export function headroom(counters: Counters, unit: Unit): Micros {
  const { spent, held } = counters[unit];
  return Number.MAX_SAFE_INTEGER - spent - held;
}

/** How a hold's fate changes every account of its path, each by the same. */
export interface Move {
  readonly spent: Shift;
  readonly held: Shift;
}

/**
 * The counters after a move, or undefined where spent and held together would reach 2^53.
 * @throws {Error} when a counter would fall below zero. No rule does that: the store has lost or
 *   altered a record.
 */
export function moved(state: AccountState, move: Move): Counters | undefined {
  const counters: Record<Unit, { spent: Micros; held: Micros }> = { ...state.counters };
  for (const unit of UNITS) {
    const bySpent = move.spent[unit] ?? 0;
    const byHeld = move.held[unit] ?? 0;
    if (bySpent === 0 && byHeld === 0) continue;
    const spent = counters[unit].spent + bySpent;
    const held = counters[unit].held + byHeld;
    if (spent < 0 || held < 0) {
      throw new Error(
        `account ${state.account}: expected spent and held in ${unit} of 0 or more after a ` +
          `change by ${bySpent} and ${byHeld}, found ${spent} and ${held}`,
      );
    }
    if (!Number.isSafeInteger(spent + held)) return undefined;
    counters[unit] = { spent, held };
  }
  return counters;
}
