import type { Limit, Micros, Unit, Vector, Window } from '../../money/units.js';
import type { Genesis } from './reserving.js';
import type { Standing } from './standing.js';

/**
 * Spent and held so far, for life, in every unit that was ever known. Held is open holds at or
 * below the account, and what is set aside for carved accounts below beyond what they use.
 */
export type Counters = Readonly<Record<Unit, { readonly spent: Micros; readonly held: Micros }>>;

/**
 * What was spent and is held in the current one of a row of windows. An account has one for each
 * unit and window that a limit presented here ever named, and it counts from the first reservation
 * that presented one. It has the holds that were made since `startMs`, and after the change of the
 * root with the number `sinceSequence`.
 */
export interface WindowState {
  readonly unit: Unit;
  readonly window: Exclude<Window, 'life'>;
  readonly startMs: number;
  readonly sinceSequence: number;
  readonly spentMicros: Micros;
  readonly heldMicros: Micros;
}

/** What is set aside for an account on all its ancestors, until `endMs`. */
export interface Carve {
  readonly amountMicros: Micros;
  /** In milliseconds since 1970. From then on it is given back, by the next who needs it. */
  readonly endMs: number;
}

export interface AccountState {
  readonly account: string;
  readonly counters: Counters;
  /** In the order of units, then of windows. One that is over shows as the current one, at 0. */
  readonly windows: readonly WindowState[];
  readonly carves: { readonly [U in Unit]?: Carve };
  readonly standing: Standing;
  /** By how much the account's first limit of each unit has been raised. */
  readonly toppedUp: Vector;
  /** How many holds are open at the account and below it. */
  readonly openHolds: number;
  /** How many accounts the ledger keeps of its subtree, itself included. */
  readonly accounts: number;
  /**
   * The limits presented by the last reservation that made a hold here: for display, never for a
   * decision.
   */
  readonly limitsLastSeen: readonly Limit[];
}

export interface BalanceOutcome {
  readonly status: 'found';
  readonly genesis: Genesis;
  /** Root first, down to the account asked for. One that is not stored has zero counters. */
  readonly path: readonly AccountState[];
}

export interface TreeOutcome {
  readonly status: 'found';
  readonly genesis: Genesis;
  /** The account asked for, then those below it in the order of their names' bytes: one page. */
  readonly accounts: readonly AccountState[];
  /** There are more than `maxAccounts`: the next page is the one after the last of these. */
  readonly truncated: boolean;
}

export interface TreeRequest {
  readonly account: string;
  /** Levels below the account; all by default. */
  readonly depth?: number;
  /**
   * Only accounts whose names come after this text by their bytes, without the one asked for. The text
   * need not be an account, and all that begin with it come next.
   */
  readonly after?: string;
  /** At most so many accounts in the answer, 1 to {@link MAX_PAGE}, which is the default. */
  readonly maxAccounts?: number;
}

/** So many accounts, or roots, are in one answer at most: some milliseconds of a store's time. */
export const MAX_PAGE = 500;

export interface RootState {
  readonly genesis: Genesis;
  readonly state: AccountState;
}
