import { UNITS } from '../../money/units.js';
import type { AccountState, JournalEntry } from '../contract.js';
import { rootName } from '../ids.js';
import type { CarveRef, Change, HoldRecord, Records, RootRecord } from '../rules/records.js';
import type { JournalRows } from './journal-rows.js';
import type { Rows } from './rows.js';
import { subtreeRange } from './subtree.js';

interface StagedRoot {
  /** Undefined until a new root has been written. */
  number: number | undefined;
  record: RootRecord;
}

/** What is set aside for an account: as the rows have it, and as they are to have it. */
interface StagedCarves {
  readonly before: AccountState['carves'];
  readonly after: AccountState['carves'];
}

/** Of each kind at most so many are kept from one transaction to the next: some 20 MB in all. */
const MAX_KEPT = 10_000;

/**
 * The records that transactions read and change. Each is read at most once and, in one transaction,
 * written at most once, however many operations of a group touch it. Decisions change what is staged
 * here, which can't fail half-way; {@link flush} then writes it all, and where that fails the whole
 * transaction goes back.
 *
 * What was read or written is kept for the next transaction: a settle finds the hold that was made
 * a moment ago without SQL or JSON. Whoever runs the transactions calls {@link forgetAll} when another
 * process may have written, and when one of its own went back.
 */
export class StagedRecords implements Records {
  readonly #rows: Rows;
  /** Undefined in any of these: the rows have none. */
  readonly #roots = new Map<string, StagedRoot | undefined>();
  readonly #accounts = new Map<string, AccountState | undefined>();
  readonly #holds = new Map<string, HoldRecord | undefined>();
  /** The names of those that differ from their rows. */
  readonly #changedRoots = new Set<string>();
  readonly #changedAccounts = new Set<string>();
  readonly #changedHolds = new Set<string>();
  readonly #carves = new Map<string, StagedCarves>();
  readonly #entries = new Map<string, JournalEntry[]>();
  readonly #journal: JournalRows;

  constructor(rows: Rows, journal: JournalRows) {
    this.#rows = rows;
    this.#journal = journal;
  }

  /** The rows may be others than they were. Changes that were not flushed are dropped. */
  forgetAll(): void {
    for (const all of [this.#roots, this.#accounts, this.#holds, this.#carves, this.#entries]) {
      all.clear();
    }
    for (const all of [this.#changedRoots, this.#changedAccounts, this.#changedHolds]) all.clear();
  }

  root(name: string): RootRecord | undefined {
    return this.#root(name)?.record;
  }

  account(name: string): AccountState | undefined {
    return this.#account(name);
  }

  hold(reservation: string): HoldRecord | undefined {
    return this.#hold(reservation);
  }

  /** They are looked for in the rows, so those that changed go there first. */
  carvesDue(root: string, byMs: number, max: number): CarveRef[] {
    const number = this.#numberWithCarves(root);
    return number === undefined ? [] : this.#rows.carvesDue(number, root, byMs, max);
  }

  carvesBelow(account: string): CarveRef[] {
    const { root, below } = splitAccount(account);
    const number = this.#numberWithCarves(root);
    if (number === undefined) return [];
    const { from, to } = subtreeRange(below);
    const own = below === '' ? [] : this.#rows.carvesBetween(number, root, below, `${below} `);
    const start = below === '' ? '' : from;
    return [...own, ...this.#rows.carvesBetween(number, root, start, to)];
  }

  apply({ root, accounts, hold, entry }: Change): void {
    const { tenant } = root.genesis;
    const name = rootName(root.genesis);
    const staged = this.#root(name);
    if (staged === undefined) this.#roots.set(name, { number: undefined, record: root });
    else staged.record = root;
    this.#changedRoots.add(name);
    for (const state of accounts) {
      this.#noteCarves(state);
      this.#accounts.set(state.account, state);
      this.#changedAccounts.add(state.account);
    }
    if (hold !== undefined) {
      this.#holds.set(hold.reservation, hold);
      this.#changedHolds.add(hold.reservation);
    }
    const entries = this.#entries.get(tenant);
    if (entries === undefined) this.#entries.set(tenant, [entry]);
    else entries.push(entry);
  }

  forget(reservation: string): void {
    this.#holds.set(reservation, undefined);
    this.#changedHolds.add(reservation);
  }

  /** Writes what has changed; afterwards the rows show what the records say. */
  flush(): void {
    this.#flushRoots();
    for (const name of this.#changedAccounts) {
      const state = this.#accounts.get(name);
      if (state === undefined) continue;
      const { root, below } = splitAccount(name);
      this.#rows.putAccount(this.#writtenNumber(root), below, state);
    }
    this.#changedAccounts.clear();
    for (const reservation of this.#changedHolds) {
      const { root, tenant, id } = splitReservation(reservation);
      const number = this.#writtenNumber(root);
      const hold = this.#holds.get(reservation);
      if (hold === undefined) this.#rows.deleteHold(number, id);
      else this.#rows.putHold(number, tenant, id, hold);
      // Of a finished one hardly anybody asks again.
      if (hold?.state !== 'held') this.#holds.delete(reservation);
    }
    this.#changedHolds.clear();
    this.#flushCarves();
    for (const [tenant, entries] of this.#entries) this.#journal.append(tenant, entries);
    this.#entries.clear();
    for (const all of [this.#roots, this.#accounts, this.#holds]) {
      if (all.size > MAX_KEPT) all.clear();
    }
  }

  #flushRoots(): void {
    for (const name of this.#changedRoots) {
      const staged = this.#roots.get(name);
      if (staged === undefined) continue;
      const { number, record } = staged;
      if (number === undefined) staged.number = this.#rows.insertRoot(record);
      else this.#rows.updateRoot({ number, record });
    }
    this.#changedRoots.clear();
  }

  #flushCarves(): void {
    for (const [name, { before, after }] of this.#carves) {
      const { root, below } = splitAccount(name);
      const [tenant = ''] = root.split('/');
      for (const unit of UNITS) {
        const endMs = after[unit]?.endMs;
        if (endMs === before[unit]?.endMs) continue;
        this.#rows.putCarve(this.#writtenNumber(root), tenant, below, unit, endMs);
      }
    }
    this.#carves.clear();
  }

  #noteCarves({ account, carves: after }: AccountState): void {
    const before = this.#carves.get(account)?.before ?? this.account(account)?.carves ?? {};
    if (before !== after || this.#carves.has(account)) this.#carves.set(account, { before, after });
  }

  #numberWithCarves(root: string): number | undefined {
    if (this.#carves.size > 0) this.flush();
    return this.#root(root)?.number;
  }

  #root(name: string): StagedRoot | undefined {
    if (this.#roots.has(name)) return this.#roots.get(name);
    const [tenant = '', rootId = ''] = name.split('/');
    const stored = this.#rows.root(tenant, rootId);
    const staged = stored && { ...stored };
    this.#roots.set(name, staged);
    return staged;
  }

  #account(name: string): AccountState | undefined {
    const known = this.#accounts.get(name);
    if (known !== undefined || this.#accounts.has(name)) return known;
    const { root, below } = splitAccount(name);
    const number = this.#root(root)?.number;
    const state = number === undefined ? undefined : this.#rows.account(number, below, name);
    this.#accounts.set(name, state);
    return state;
  }

  #hold(reservation: string): HoldRecord | undefined {
    const known = this.#holds.get(reservation);
    if (known !== undefined || this.#holds.has(reservation)) return known;
    const { root, id } = splitReservation(reservation);
    const number = this.#root(root)?.number;
    const hold = number === undefined ? undefined : this.#rows.hold(number, id, reservation);
    this.#holds.set(reservation, hold);
    return hold;
  }

  #writtenNumber(root: string): number {
    const number = this.#root(root)?.number;
    if (number === undefined) throw new Error(`root ${root}: expected it in the store`);
    return number;
  }
}

/** `tenant/rootId` and the rest. Names come validated. */
export function splitAccount(name: string): { root: string; below: string } {
  const end = name.indexOf('/', name.indexOf('/') + 1);
  return end < 0
    ? { root: name, below: '' }
    : { root: name.slice(0, end), below: name.slice(end + 1) };
}

function splitReservation(reservation: string): { root: string; tenant: string; id: string } {
  const [, tenant = '', rootId = '', id = ''] = reservation.split('.');
  return { root: `${tenant}/${rootId}`, tenant, id };
}
