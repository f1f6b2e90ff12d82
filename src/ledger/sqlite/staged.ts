import { UNITS } from '../../money/units.js';
import type { AccountState, JournalEntry } from '../contract.js';
import { rootName } from '../ids.js';
import { holdAfter } from '../rules/hold-after.js';
import type { CarveRef, Change, HoldRecord, Records, RootRecord } from '../rules/records.js';
import { isStored } from '../rules/stored.js';
import { splitAccount } from './account-key.js';
import {
  accountCells,
  type Cell,
  type RootCells,
  readAccount,
  readRoot,
  rootCells,
} from './cells.js';
import { Changes } from './changes.js';
import { type JournalRows, linesOfEntries } from './journal-rows.js';
import { KeptRecords, splitReservation } from './kept.js';
import { MAX_NOTED, type RedoRows } from './redo-rows.js';
import { type RedoRecords, readRedoText, redoText } from './redo-text.js';
import type { PlacedHold, Rows } from './rows.js';
import { subtreeRange } from './subtree.js';

/** The tables, and what is ahead of them. */
export interface StoredRows {
  readonly rows: Rows;
  readonly journal: JournalRows;
  readonly redo: RedoRows;
}

/** What is set aside for an account: as the rows have it, and as they are to have it. */
interface StagedCarves {
  readonly before: AccountState['carves'];
  readonly after: AccountState['carves'];
}

/** So many entries at most are noted before the tables catch up: a transaction of two or three milliseconds. */
const MAX_BEHIND = 512;

/**
 * The records that transactions read and change. Each is read at most once and, in one transaction,
 * written at most once, however many operations of a group touch it. Decisions change what is staged
 * here, which can't fail half-way; {@link keep} then writes it all, and where that fails the whole
 * transaction goes back.
 *
 * What a transaction changed is mostly one row of the redo log, and one page for the disk to sync: the
 * tables catch up once for many transactions ({@link flush}), and before they are searched.
 *
 * What was read or written is kept for the next transaction: a settle finds the hold that was made
 * a moment ago without SQL or JSON. Whoever runs the transactions calls {@link recall} when another
 * process may have written, and when one of its own went back.
 */
export class StagedRecords implements Records {
  readonly #rows: Rows;
  readonly #journal: JournalRows;
  readonly #redo: RedoRows;
  readonly #kept: KeptRecords;
  /** What this transaction changed. */
  #fresh = new Changes();
  #entries = new Map<string, JournalEntry[]>();
  #carves = new Map<string, StagedCarves>();
  /** Accounts that it revoked or closed. */
  #closings = new Set<string>();
  /** What transactions before it changed, and the redo log has, and the tables don't. */
  #behind = new Changes();
  /** And how many entries the journals lack that the log has, by tenant. */
  #noted = new Map<string, number>();
  /** Others write too, and would have to read every row of the log that they have not made. */
  #isShared = false;

  constructor({ rows, journal, redo }: StoredRows) {
    this.#rows = rows;
    this.#journal = journal;
    this.#redo = redo;
    this.#kept = new KeptRecords(rows);
  }

  /** The tables lack something that the redo log has. To search them, one has to write. */
  get isBehind(): boolean {
    return this.#redo.count > 0;
  }

  /** The file may say something else than before. Changes that were not kept are dropped. */
  recall(): void {
    this.#kept.forgetAll();
    this.#beginAgain();
    this.#beCaughtUp();
    this.#isShared = true;
    for (const { tenant, entries, entryCount, records } of this.#redo.read()) {
      this.#takeBack(readRedoText(records));
      for (const line of entries.split('\n')) this.#takeBackHold(JSON.parse(line) as JournalEntry);
      this.#addNoted(tenant, entryCount);
    }
  }

  #takeBackHold(entry: JournalEntry): void {
    const hold = holdAfter(entry, (reservation) => this.#kept.hold(reservation));
    if (hold === undefined) return;
    this.#kept.setHold(hold.reservation, hold);
    this.#behind.holds.add(hold.reservation);
  }

  #takeBack({ roots, accounts }: RedoRecords): void {
    for (const [name, cells] of roots) {
      const kept = this.#kept.root(name);
      if (kept === undefined) throw new Error(`redo: found root ${name}, expected it in the store`);
      kept.record = readRoot(kept.record.genesis, cells);
      this.#behind.roots.add(name);
    }
    for (const [name, cells] of accounts) {
      this.#kept.setAccount(name, cells.length === 0 ? undefined : readAccount(cells, name));
      this.#behind.accounts.add(name);
    }
  }

  root(name: string): RootRecord | undefined {
    return this.#kept.root(name)?.record;
  }

  account(name: string): AccountState | undefined {
    return this.#kept.account(name);
  }

  hold(reservation: string): HoldRecord | undefined {
    return this.#kept.hold(reservation);
  }

  /** Counted in the rows, so those of this transaction go there first. */
  topUps(root: string): number {
    this.flush();
    const number = this.#kept.root(root)?.number;
    return number === undefined ? 0 : this.#rows.topUps(number);
  }

  /** They are looked for in the rows, so those that changed go there first. */
  carvesDue(root: string, byMs: number, max: number): CarveRef[] {
    const number = this.#numberWithCarves(root);
    return number === undefined ? [] : this.#rows.carvesDue(number, root, byMs, max);
  }

  carvesBelow(account: string, max: number): CarveRef[] {
    const { root, below } = splitAccount(account);
    const number = this.#numberWithCarves(root);
    if (number === undefined) return [];
    return firstOf(withSubtree(below), max, (range) =>
      this.#rows.carvesBetween(number, root, range),
    );
  }

  /** Looked for in the rows, so holds go there first. */
  callerHoldsBelow(account: string, max: number): string[] {
    const { root, below } = splitAccount(account);
    this.flush();
    const number = this.#kept.root(root)?.number;
    if (number === undefined) return [];
    const prefix = `r1.${root.replace('/', '.')}.`;
    return firstOf(withSubtree(below), max, (range) =>
      this.#rows.callerHoldsBetween(number, range).map((id) => prefix + id),
    );
  }

  closings(root: string, max: number): string[] {
    if (this.#closings.size > 0) this.flush();
    const number = this.#kept.root(root)?.number;
    if (number === undefined) return [];
    const named = (below: string) => (below === '' ? root : `${root}/${below}`);
    return this.#rows.closings(number, max).map(named);
  }

  /** Nothing is left to be ended there. */
  dropClosing(account: string): void {
    const { root, below } = splitAccount(account);
    this.#rows.deleteClosing(this.#kept.numberOf(root), below);
  }

  apply({ root, accounts, hold, entry }: Change): void {
    const { tenant } = root.genesis;
    const name = rootName(root.genesis);
    const kept = this.#kept.root(name);
    if (kept === undefined) this.#kept.addRoot(name, root);
    else kept.record = root;
    this.#fresh.roots.add(name);
    for (const state of accounts) {
      this.#noteCarves(state);
      this.#kept.setAccount(state.account, isStored(state) ? state : undefined);
      this.#fresh.accounts.add(state.account);
    }
    if (hold !== undefined) {
      this.#kept.setHold(hold.reservation, hold);
      this.#fresh.holds.add(hold.reservation);
    }
    if (entry.kind === 'revoked' || entry.kind === 'closed') this.#closings.add(entry.account);
    const entries = this.#entries.get(tenant);
    if (entries === undefined) this.#entries.set(tenant, [entry]);
    else entries.push(entry);
  }

  /** The tables must show everything: a hold that is gone is in no row of the log. */
  forget(reservation: string): void {
    const { root, id } = splitReservation(reservation);
    this.#rows.deleteHold(this.#kept.numberOf(root), id);
    this.#kept.setHold(reservation, undefined);
  }

  /** At the end of a transaction: writes what it has changed, to the redo log or to the tables. */
  keep(): void {
    if (this.#canNote()) this.#note();
    else if (this.#entries.size > 0) this.flush();
    // What the tables lack stays, and is bounded by MAX_BEHIND.
    this.#kept.forgetMost(this.#behind);
  }

  /** Writes all that the tables lack; afterwards they show what the records say. */
  flush(): void {
    const { roots, accounts, holds } = this.#behind;
    for (const [tenant, count] of this.#noted) this.#journal.appendNoted(tenant, count, this.#redo);
    for (const [tenant, fresh] of this.#entries) this.#journal.append(tenant, fresh);
    this.#redo.catchUp();
    this.#behind.addAll(this.#fresh);
    this.#flushRoots(roots);
    for (const name of accounts) this.#flushAccount(name);
    this.#flushHolds(holds);
    this.#flushCarves();
    this.#flushClosings();
    this.#beginAgain();
    this.#beCaughtUp();
    this.#isShared = false;
  }

  /** Nothing was changed since. */
  #beginAgain(): void {
    this.#fresh = new Changes();
    this.#entries = new Map();
    this.#carves = new Map();
    this.#closings = new Set();
  }

  /** The tables lack nothing. */
  #beCaughtUp(): void {
    this.#behind = new Changes();
    this.#noted = new Map();
  }

  /** A new root gets its number from the tables, and ends of carve-outs are searched there. */
  #canNote(): boolean {
    if (this.#entries.size !== 1 || this.#isShared || this.#redo.count >= MAX_NOTED) return false;
    if (this.#closings.size > 0) return false;
    let noted = 0;
    for (const count of this.#noted.values()) noted += count;
    if (noted >= MAX_BEHIND) return false;
    for (const name of this.#fresh.roots) {
      if (this.#kept.root(name)?.number === undefined) return false;
    }
    for (const { before, after } of this.#carves.values()) {
      if (UNITS.some((unit) => after[unit]?.endMs !== before[unit]?.endMs)) return false;
    }
    return true;
  }

  #note(): void {
    const { roots, accounts } = this.#fresh;
    const records = redoText({
      roots: [...roots].map((name) => [name, this.#rootCellsOf(name)]),
      accounts: [...accounts].map((name) => [name, this.#cellsOf(name)]),
    });
    for (const [tenant, entries] of this.#entries) {
      this.#redo.append(tenant, linesOfEntries(entries), entries.length, records);
      this.#addNoted(tenant, entries.length);
    }
    this.#behind.addAll(this.#fresh);
    this.#beginAgain();
  }

  #rootCellsOf(name: string): RootCells {
    const record = this.root(name);
    if (record === undefined) throw new Error(`root ${name}: expected it, since it was changed`);
    return rootCells(record);
  }

  /** None of an account that has left. */
  #cellsOf(name: string): Cell[] {
    const state = this.account(name);
    return state === undefined ? [] : accountCells(state);
  }

  #addNoted(tenant: string, count: number): void {
    this.#noted.set(tenant, (this.#noted.get(tenant) ?? 0) + count);
  }

  #flushAccount(name: string): void {
    const state = this.#kept.account(name);
    const { root, below } = splitAccount(name);
    const number = this.#kept.numberOf(root);
    if (state === undefined) this.#rows.deleteAccount(number, below);
    else this.#rows.putAccount(number, below, state);
  }

  #flushHolds(reservations: ReadonlySet<string>): void {
    const placed: PlacedHold[] = [];
    for (const reservation of reservations) {
      const hold = this.#kept.hold(reservation);
      if (hold === undefined) continue;
      const { root, tenant, id } = splitReservation(reservation);
      placed.push({ rootNumber: this.#kept.numberOf(root), tenant, id, hold });
      this.#kept.holdIsStored(root, id);
    }
    this.#rows.putHolds(placed);
    this.#kept.forgetFinished();
  }

  #flushRoots(names: ReadonlySet<string>): void {
    for (const name of names) {
      const kept = this.#kept.root(name);
      if (kept === undefined) continue;
      const { number, record } = kept;
      if (number === undefined) kept.number = this.#rows.insertRoot(record);
      else this.#rows.updateRoot({ number, record });
    }
  }

  #flushCarves(): void {
    for (const [name, { before, after }] of this.#carves) {
      const { root, below } = splitAccount(name);
      const [tenant = ''] = root.split('/');
      for (const unit of UNITS) {
        const endMs = after[unit]?.endMs;
        if (endMs === before[unit]?.endMs) continue;
        this.#rows.putCarve(this.#kept.numberOf(root), tenant, below, unit, endMs);
      }
    }
  }

  #flushClosings(): void {
    for (const account of this.#closings) {
      const { root, below } = splitAccount(account);
      this.#rows.putClosing(this.#kept.numberOf(root), root.split('/', 1)[0] ?? '', below);
    }
  }

  #noteCarves({ account, carves: after }: AccountState): void {
    const before = this.#carves.get(account)?.before ?? this.account(account)?.carves ?? {};
    if (before !== after || this.#carves.has(account)) this.#carves.set(account, { before, after });
  }

  #numberWithCarves(root: string): number | undefined {
    if (this.#carves.size > 0) this.flush();
    return this.#kept.root(root)?.number;
  }
}

/** An account's own name, and then all below it. */
function withSubtree(below: string): readonly { readonly from: string; readonly to: string }[] {
  const { from, to } = subtreeRange(below);
  return below === ''
    ? [{ from: '', to }]
    : [
        { from: below, to: `${below} ` },
        { from, to },
      ];
}

function firstOf<T>(
  ranges: ReturnType<typeof withSubtree>,
  max: number,
  read: (range: { readonly from: string; readonly to: string; readonly max: number }) => T[],
): T[] {
  const found: T[] = [];
  for (const range of ranges) {
    if (found.length < max) found.push(...read({ ...range, max: max - found.length }));
  }
  return found;
}
