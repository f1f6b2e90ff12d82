/**
 * What a ledger stores, as plain values, and what a decision changes. An engine reads records,
 * asks a rule, and stores the {@link Change} that the rule answers, all in one atomic step. Rules
 * read nothing else: no clock, no randomness, no store of their own.
 */

import type { Micros, Vector } from '../../money/units.js';
import type { AccountState, CostRange, Genesis } from '../contract.js';

/** One root: what was minted, and what is counted once for its whole tree. */
export interface RootRecord {
  readonly genesis: Genesis;
  /** One more with each {@link Change}. */
  readonly sequence: number;
  /** The latest time at which this root was changed. Time never runs back behind it. */
  readonly clockMs: number;
  /** Accounts ever charged, the root itself included. */
  readonly accounts: number;
  readonly openHolds: number;
}

/** A hold whose outcome is not known yet. Past its deadline it counts as spent. */
export interface OpenHold {
  readonly state: 'held';
  readonly reservation: string;
  /** The leaf of the path. Its ancestors are in its name. */
  readonly account: string;
  readonly cost: CostRange;
  readonly step: number;
  readonly granted: Vector;
  readonly deadlineMs: number;
}

/** A hold whose outcome is known, kept for a while so that a repeat of it is recognised. */
export interface FinishedHold {
  readonly state: 'settled' | 'released' | 'presumed_spent';
  readonly reservation: string;
  /** The leaf; for a release of an id never seen, the root. */
  readonly account: string;
  readonly granted: Vector;
  readonly charged: Vector;
  readonly finishedAtMs: number;
}

export type HoldRecord = OpenHold | FinishedHold;

/** What a rule may look at. Names are the ledger's own: `tenant/rootId[/holder…]`. */
export interface Records {
  root(name: string): RootRecord | undefined;
  /** Undefined where nothing was ever charged. */
  account(name: string): AccountState | undefined;
  hold(reservation: string): HoldRecord | undefined;
}

/** The new values of every record that a decision touches, to be stored together or not at all. */
export interface Change {
  readonly root: RootRecord;
  readonly accounts: readonly AccountState[];
  readonly hold: HoldRecord;
}

/** Without a change there is nothing to store: a refusal, or an answer given before. */
export interface Decision<Outcome> {
  readonly outcome: Outcome;
  readonly change?: Change;
}

/** What is counted per root and capped. */
export interface Caps {
  readonly maxAccountsPerRoot: number;
  readonly maxHoldsPerRoot: number;
}

/** Amounts per unit that may be negative: by how much a counter moves. */
export type Shift = { readonly [U in keyof Vector]?: Micros };
