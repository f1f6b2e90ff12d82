import { type Micros, UNITS, type Unit } from '../../money/units.js';
import type { AccountState, Carve, Counters } from '../contract.js';
import type { Shift } from './records.js';

type Counter = Counters[Unit];

const NOTHING: Counter = { spent: 0, held: 0 };

/** An account that has used nothing, and of which no operator has said anything. Not stored (`stored.ts`). */
export function neverCharged(account: string): AccountState {
  return {
    account,
    counters: { credits: NOTHING, usd: NOTHING, tokens: NOTHING, calls: NOTHING },
    windows: [],
    carves: {},
    standing: 'open',
    toppedUp: {},
    openHolds: 0,
    accounts: 0,
    limitsLastSeen: [],
  };
}

/**
 * An account with some of its parts as they are now. By name, so that all accounts are objects of one
 * kind: copies of copies made by spreading are each of another, and cost ten times as much.
 */
export function withParts(state: AccountState, parts: Partial<AccountState>): AccountState {
  return {
    account: state.account,
    counters: parts.counters ?? state.counters,
    windows: parts.windows ?? state.windows,
    carves: parts.carves ?? state.carves,
    standing: parts.standing ?? state.standing,
    toppedUp: parts.toppedUp ?? state.toppedUp,
    openHolds: parts.openHolds ?? state.openHolds,
    accounts: parts.accounts ?? state.accounts,
    limitsLastSeen: parts.limitsLastSeen ?? state.limitsLastSeen,
  };
}

/** What an account has taken of its limits for life: spent and held. */
export function usedOf({ counters }: AccountState, unit: Unit): Micros {
  const { spent, held } = counters[unit];
  return spent + held;
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

/** By how much spent and held together change, by how much spent alone, and how many holds are open. */
export interface Move {
  readonly used: Shift;
  readonly spent: Shift;
  readonly openHolds?: number;
}

/**
 * An account after a change: used and spent moved by so much, and held is what is left between
 * them. The same object where nothing changes.
 * @throws {Error} when a counter would fall below zero. No rule does that: the store has lost or
 *   altered a record.
 */
export function moved(state: AccountState, move: Move): AccountState {
  const { used, spent, openHolds: opened = 0 } = move;
  const before = state.counters;
  const credits = movedCounter(before.credits, used.credits, spent.credits);
  const usd = movedCounter(before.usd, used.usd, spent.usd);
  const tokens = movedCounter(before.tokens, used.tokens, spent.tokens);
  const calls = movedCounter(before.calls, used.calls, spent.calls);
  const counters = { credits, usd, tokens, calls };
  if (opened === 0 && sameCounters(counters, before)) return state;
  const openHolds = state.openHolds + opened;
  if (openHolds < 0 || isLost(credits) || isLost(usd) || isLost(tokens) || isLost(calls)) {
    throw lost(state.account, move, counters);
  }
  return withParts(state, { counters, openHolds });
}

/** No counter goes above this, and one that is full stays so. */
const FULL = Number.MAX_SAFE_INTEGER;

/**
 * A counter after spent and held together have moved by `rise`, and spent alone by `paid`. It stops
 * at 2^53 − 1, and from then on says only that so much was used: what fills it is not known any
 * more, so nothing is given back. A limit that counts there admits nothing then; who has none there is
 * not refused, whatever the others used.
 */
export function movedCounter(before: Counter, rise: Micros = 0, paid: Micros = 0): Counter {
  if (rise === 0 && paid === 0) return before;
  const used = before.spent + before.held;
  if (used === FULL || used + rise > FULL) {
    const spent = Math.max(0, Math.min(before.spent + paid, FULL));
    return { spent, held: FULL - spent };
  }
  const spent = before.spent + paid;
  return { spent, held: used + rise - spent };
}

function sameCounters(a: Counters, b: Counters): boolean {
  return a.credits === b.credits && a.usd === b.usd && a.tokens === b.tokens && a.calls === b.calls;
}

function isLost({ spent, held }: Counter): boolean {
  return spent < 0 || held < 0;
}

function lost(account: string, { used, spent }: Move, after: Counters): Error {
  const unit = UNITS.find((its) => isLost(after[its])) ?? 'credits';
  return new Error(
    `account ${account}: expected spent and held in ${unit} of 0 or more after a change of used ` +
      `by ${used[unit] ?? 0} and spent by ${spent[unit] ?? 0}, found ${after[unit].spent} and ` +
      `${after[unit].held}`,
  );
}
