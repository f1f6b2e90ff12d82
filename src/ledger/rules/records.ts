/**
 * What a ledger stores, as plain values, and what a decision changes. An engine reads records,
 * asks a rule, and stores the {@link Change}s that the rule answers, all in one atomic step. Rules
 * read nothing else: no clock, no randomness, no store of their own.
 */

import type { Micros, Unit, Vector } from '../../money/units.js';
import type {
  AccountState,
  CallAbout,
  CostRange,
  Genesis,
  HoldOwner,
  JournalEntry,
  Revocations,
} from '../contract.js';

/** One root: what was minted, and what is counted once for its whole tree. */
export interface RootRecord {
  readonly genesis: Genesis;
  /** One more with each {@link Change}. */
  readonly sequence: number;
  /** The latest time at which this root was changed. Time never runs back behind it. */
  readonly clockMs: number;
  /** Undefined before the first. */
  readonly revocations?: Revocations;
}

/** A hold whose outcome is not known yet. Past its deadline it counts as spent. */
export interface OpenHold extends Made {
  readonly state: 'held';
  readonly reservation: string;
  /** The leaf of the path. Its ancestors are in its name. */
  readonly account: string;
  readonly cost: CostRange;
  readonly step: number;
  readonly granted: Vector;
  readonly deadlineMs: number;
  readonly owner: HoldOwner;
  readonly fingerprint?: string | undefined;
  readonly about?: CallAbout | undefined;
}

/** A hold whose outcome is known, kept for a while so that a repeat of it is recognised. */
export interface FinishedHold extends Made {
  readonly state: 'settled' | 'released' | 'presumed_spent';
  readonly reservation: string;
  /** The leaf; for a release of an id never seen, the root. */
  readonly account: string;
  readonly granted: Vector;
  readonly charged: Vector;
  readonly finishedAtMs: number;
  readonly owner: HoldOwner;
  readonly fingerprint?: string | undefined;
  /** Kept where a late settle can still correct the charge. */
  readonly about?: CallAbout | undefined;
}

/** A top-up, kept as long as its root, under the same kind of name as a hold: its id is the last part. */
export interface AppliedTopUp {
  readonly state: 'topped_up';
  readonly reservation: string;
  readonly account: string;
  readonly unit: Unit;
  readonly micros: Micros;
  readonly finishedAtMs: number;
}

export type HoldRecord = OpenHold | FinishedHold | AppliedTopUp;

/** Where something is set aside. */
export interface CarveRef {
  readonly account: string;
  readonly unit: Unit;
  readonly endMs: number;
}

/** What a rule may look at. Names are the ledger's own: `tenant/rootId[/holder…]`. */
export interface Records {
  root(name: string): RootRecord | undefined;
  /** Undefined where there is nothing to say of it (`stored.ts`). */
  account(name: string): AccountState | undefined;
  hold(reservation: string): HoldRecord | undefined;
  /** How many top-ups there were of a root and all accounts below it. */
  topUps(root: string): number;
  /**
   * Carve-outs under one root that end at or before `byMs`, at most `max`: the earliest end first,
   * then by the bytes of the account's name, then in the order of units.
   */
  carvesDue(root: string, byMs: number, max: number): readonly CarveRef[];
  /** Carve-outs of an account and all below it, by the bytes of the name, then by unit, at most `max`. */
  carvesBelow(account: string, max: number): readonly CarveRef[];
  /**
   * Open holds that callers made for themselves at an account and below it, by the bytes of the
   * account's name, then by their ids, at most `max`.
   */
  callerHoldsBelow(account: string, max: number): readonly string[];
  /**
   * Accounts under one root that were revoked or closed, and that may still have something to be
   * ended (`closing.ts`), by the bytes of their names, at most `max`.
   */
  closings(root: string, max: number): readonly string[];
}

/** The new values of every record that a decision touches, to be stored together or not at all. */
export interface Change {
  readonly root: RootRecord;
  /** Those of them that are not `isStored` (`stored.ts`) are to leave. */
  readonly accounts: readonly AccountState[];
  readonly hold?: HoldRecord | undefined;
  /** To be written to the journal of the root's tenant, under the next number. */
  readonly entry: JournalEntry;
}

/** Without a change there is nothing to store: a refusal, or an answer given before. */
export interface Decision<Outcome> {
  readonly outcome: Outcome;
  /**
   * In this order. A refusal has none but the ends of carve-outs that were due: those are facts of
   * their own, and whoever asks next need not look for them again.
   */
  readonly changes: readonly Change[];
}

/** What one root may have: its places. How a tree shares them is told in `shares.ts`. */
export interface Caps {
  readonly maxAccountsPerRoot: number;
  readonly maxHoldsPerRoot: number;
}

/** Amounts per unit that may be negative: by how much a counter moves. */
export type Shift = { readonly [U in keyof Vector]?: Micros };

/** When a hold was made, by the clock and by the root's own count of changes. */
export interface Made {
  readonly createdMs: number;
  readonly sequence: number;
}
