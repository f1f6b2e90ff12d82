import type { AccountState, JournalEntry, Revocations } from '../contract.js';
import { rootName } from '../ids.js';
import type { CarveRef, Change, HoldRecord, Records, RootRecord } from './records.js';
import { counted, isStored } from './stored.js';

/** What the entry of every change of a root says. */
export type EntryHead = Pick<JournalEntry, 'root' | 'sequence' | 'timeMs'>;

/** What one change does beside counting on the root's sequence and clock. */
export interface Draw {
  readonly accounts?: readonly AccountState[];
  readonly hold?: HoldRecord;
  /** Those of the root from now on. */
  readonly revocations?: Revocations;
  /** With the {@link Draft.next} head. */
  readonly entry: JournalEntry;
}

interface Drawn {
  readonly accounts: Map<string, AccountState>;
  readonly holds: Map<string, HoldRecord>;
  /** So many changes are among them. */
  changes: number;
}

/**
 * One root's records as they are after the changes that a decision has made so far. It stores
 * nothing: an engine does that with {@link changes}.
 */
export class Draft implements Records {
  readonly changes: Change[] = [];
  readonly nowMs: number;
  readonly #base: Records;
  /** Those of {@link changes}, once anybody asks: most decisions make one change and ask no more. */
  #drawn: Drawn | undefined;
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
    const drawn = this.#recall()?.accounts.get(name);
    if (drawn === undefined) return this.#base.account(name);
    return isStored(drawn) ? drawn : undefined;
  }

  hold(reservation: string): HoldRecord | undefined {
    return this.#recall()?.holds.get(reservation) ?? this.#base.hold(reservation);
  }

  /** As before this decision. */
  topUps(root: string): number {
    return this.#base.topUps(root);
  }

  /** As before this decision. */
  carvesDue(root: string, byMs: number, max: number): readonly CarveRef[] {
    return this.#base.carvesDue(root, byMs, max);
  }

  /** As before this decision. */
  carvesBelow(account: string, max: number): readonly CarveRef[] {
    return this.#base.carvesBelow(account, max);
  }

  /** As before this decision. */
  callerHoldsBelow(account: string, max: number): readonly string[] {
    return this.#base.callerHoldsBelow(account, max);
  }

  /** As before this decision. */
  closings(root: string, max: number): readonly string[] {
    return this.#base.closings(root, max);
  }

  /** What the next entry begins with. */
  next(): EntryHead {
    const { genesis, sequence } = this.#root;
    return { root: rootName(genesis), sequence: sequence + 1, timeMs: this.nowMs };
  }

  /** Makes one change of the root, with the next number. */
  draw({ accounts: changed = [], hold, entry, revocations }: Draw): void {
    const { genesis, sequence, revocations: before } = this.#root;
    const its = revocations ?? before;
    const next = { genesis, sequence: sequence + 1, clockMs: this.nowMs };
    const root: RootRecord = its === undefined ? next : { ...next, revocations: its };
    const accounts = counted(changed, (name) => this.account(name));
    this.#root = root;
    this.changes.push({ root, accounts, hold, entry });
  }

  /** What was drawn, by name; undefined where nothing was. */
  #recall(): Drawn | undefined {
    if (this.changes.length === 0) return undefined;
    this.#drawn ??= { accounts: new Map(), holds: new Map(), changes: 0 };
    const drawn = this.#drawn;
    for (; drawn.changes < this.changes.length; drawn.changes++) {
      const { accounts, hold } = this.changes[drawn.changes] as Change;
      for (const state of accounts) drawn.accounts.set(state.account, state);
      if (hold !== undefined) drawn.holds.set(hold.reservation, hold);
    }
    return drawn;
  }
}
