import type { AccountState, JournalEntry } from '../contract.js';
import { rootName } from '../ids.js';
import type { CarveRef, Change, HoldRecord, Records, RootRecord } from './records.js';

/** What the entry of every change of a root says. */
export type EntryHead = Pick<JournalEntry, 'root' | 'sequence' | 'timeMs'>;

/** What one change does beside counting on the root's sequence and clock. */
export interface Draw {
  readonly accounts?: readonly AccountState[];
  readonly hold?: HoldRecord;
  /** By how much the number of open holds changes. */
  readonly openHolds?: number;
  /** With the {@link Draft.next} head. */
  readonly entry: JournalEntry;
}

/**
 * One root's records as they are after the changes that a decision has made so far. It stores
 * nothing: an engine does that with {@link changes}.
 */
export class Draft implements Records {
  readonly changes: Change[] = [];
  readonly nowMs: number;
  readonly #base: Records;
  readonly #accounts = new Map<string, AccountState>();
  readonly #holds = new Map<string, HoldRecord>();
  #root: RootRecord;

  constructor(base: Records, root: RootRecord, nowMs: number) {
    this.#base = base;
    this.#root = root;
    this.nowMs = nowMs;
  }

  root(): RootRecord {
    return this.#root;
  }

  account(name: string): AccountState | undefined {
    return this.#accounts.get(name) ?? this.#base.account(name);
  }

  hold(reservation: string): HoldRecord | undefined {
    return this.#holds.get(reservation) ?? this.#base.hold(reservation);
  }

  /** As before this decision. */
  carvesDue(root: string, byMs: number, max: number): readonly CarveRef[] {
    return this.#base.carvesDue(root, byMs, max);
  }

  /** As before this decision. */
  carvesBelow(account: string): readonly CarveRef[] {
    return this.#base.carvesBelow(account);
  }

  /** What the next entry begins with. */
  next(): EntryHead {
    const { genesis, sequence } = this.#root;
    return { root: rootName(genesis), sequence: sequence + 1, timeMs: this.nowMs };
  }

  /** Makes one change of the root, with the next number. */
  draw({ accounts = [], hold, openHolds = 0, entry }: Draw): void {
    const { genesis, sequence } = this.#root;
    let added = 0;
    for (const { account } of accounts) if (this.account(account) === undefined) added += 1;
    const root: RootRecord = {
      genesis,
      sequence: sequence + 1,
      clockMs: this.nowMs,
      accounts: this.#root.accounts + added,
      openHolds: this.#root.openHolds + openHolds,
    };
    this.#root = root;
    for (const state of accounts) this.#accounts.set(state.account, state);
    if (hold !== undefined) this.#holds.set(hold.reservation, hold);
    this.changes.push({ root, accounts, entry, ...(hold === undefined ? {} : { hold }) });
  }
}
