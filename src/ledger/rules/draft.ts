import type { AccountState, JournalEntry } from '../contract.js';
import type { CarveRef, Change, HoldRecord, Records, RootRecord } from './records.js';

/** What a new entry says, but for what every change of a root says. */
type EntryBody = JournalEntry extends infer Entry
  ? Entry extends JournalEntry
    ? Omit<Entry, 'root' | 'sequence' | 'timeMs'>
    : never
  : never;

/** What one change does beside counting on the root's sequence and clock. */
export interface Draw {
  readonly accounts?: readonly AccountState[];
  readonly hold?: HoldRecord;
  /** By how much the number of open holds changes. */
  readonly openHolds?: number;
  readonly entry: EntryBody;
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

  /** Makes one change of the root, with the next number. */
  draw({ accounts = [], hold, openHolds = 0, entry }: Draw): void {
    const { genesis, sequence } = this.#root;
    const added = accounts.filter(({ account }) => this.account(account) === undefined).length;
    const root: RootRecord = {
      genesis,
      sequence: sequence + 1,
      clockMs: this.nowMs,
      accounts: this.#root.accounts + added,
      openHolds: this.#root.openHolds + openHolds,
    };
    const head = {
      root: `${genesis.tenant}/${genesis.rootId}`,
      sequence: root.sequence,
      timeMs: this.nowMs,
    };
    this.#root = root;
    for (const state of accounts) this.#accounts.set(state.account, state);
    if (hold !== undefined) this.#holds.set(hold.reservation, hold);
    const change = { root, accounts, entry: { ...entry, ...head } as JournalEntry };
    this.changes.push(hold === undefined ? change : { ...change, hold });
  }
}
