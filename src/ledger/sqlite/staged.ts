import { UNITS } from '../../money/units.js';
import type { AccountState, JournalEntry } from '../contract.js';
import type { CarveRef, Change, HoldRecord, Records, RootRecord } from '../rules/records.js';
import type { JournalRows } from './journal-rows.js';
import type { Rows } from './rows.js';
import { subtreeRange } from './subtree.js';

interface StagedRoot {
  /** Undefined until a new root has been written. */
  number: number | undefined;
  record: RootRecord;
  changed: boolean;
}

/** What is set aside for an account: as the rows have it, and as they are to have it. */
interface StagedCarves {
  readonly before: AccountState['carves'];
  readonly after: AccountState['carves'];
}

/** A record as read or as changed in this transaction; undefined: there is none. */
interface Staged<T> {
  value: T | undefined;
  changed: boolean;
}

/**
 * The records of one transaction. Each is read at most once and written at most once, however many
 * operations of a group touch it. Decisions change what is staged here, which can't fail half-way;
 * {@link flush} then writes it all, and where that fails the whole transaction goes back.
 */
export class StagedRecords implements Records {
  readonly #rows: Rows;
  readonly #roots = new Map<string, StagedRoot | undefined>();
  readonly #accounts = new Map<string, Staged<AccountState>>();
  readonly #holds = new Map<string, Staged<HoldRecord>>();
  readonly #carves = new Map<string, StagedCarves>();
  readonly #entries = new Map<string, JournalEntry[]>();
  readonly #journal: JournalRows;

  constructor(rows: Rows, journal: JournalRows) {
    this.#rows = rows;
    this.#journal = journal;
  }

  root(name: string): RootRecord | undefined {
    return this.#root(name)?.record;
  }

  account(name: string): AccountState | undefined {
    return this.#account(name).value;
  }

  hold(reservation: string): HoldRecord | undefined {
    return this.#hold(reservation).value;
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
    const { tenant, rootId } = root.genesis;
    const name = `${tenant}/${rootId}`;
    const staged = this.#root(name);
    if (staged === undefined) {
      this.#roots.set(name, { number: undefined, record: root, changed: true });
    } else {
      staged.record = root;
      staged.changed = true;
    }
    for (const state of accounts) {
      this.#noteCarves(state);
      this.#accounts.set(state.account, { value: state, changed: true });
    }
    if (hold !== undefined) this.#holds.set(hold.reservation, { value: hold, changed: true });
    const entries = this.#entries.get(tenant);
    if (entries === undefined) this.#entries.set(tenant, [entry]);
    else entries.push(entry);
  }

  forget(reservation: string): void {
    this.#holds.set(reservation, { value: undefined, changed: true });
  }

  /** Writes what has changed; afterwards the rows show what the records say. */
  flush(): void {
    for (const staged of this.#roots.values()) {
      if (!staged?.changed) continue;
      const { number, record } = staged;
      if (number === undefined) staged.number = this.#rows.insertRoot(record);
      else this.#rows.updateRoot({ number, record });
      staged.changed = false;
    }
    for (const [name, staged] of this.#accounts) {
      if (!staged.changed || staged.value === undefined) continue;
      const { root, below } = splitAccount(name);
      this.#rows.putAccount(this.#writtenNumber(root), below, staged.value);
      staged.changed = false;
    }
    for (const [reservation, staged] of this.#holds) {
      if (!staged.changed) continue;
      const { root, tenant, id } = splitReservation(reservation);
      const number = this.#writtenNumber(root);
      if (staged.value === undefined) this.#rows.deleteHold(number, id);
      else this.#rows.putHold(number, tenant, id, staged.value);
      staged.changed = false;
    }
    this.#flushCarves();
    for (const [tenant, entries] of this.#entries) this.#journal.append(tenant, entries);
    this.#entries.clear();
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
    const staged = stored && { ...stored, changed: false };
    this.#roots.set(name, staged);
    return staged;
  }

  #account(name: string): Staged<AccountState> {
    let staged = this.#accounts.get(name);
    if (staged === undefined) {
      const { root, below } = splitAccount(name);
      const number = this.#root(root)?.number;
      const value = number === undefined ? undefined : this.#rows.account(number, below, name);
      staged = { value, changed: false };
      this.#accounts.set(name, staged);
    }
    return staged;
  }

  #hold(reservation: string): Staged<HoldRecord> {
    let staged = this.#holds.get(reservation);
    if (staged === undefined) {
      const { root, id } = splitReservation(reservation);
      const number = this.#root(root)?.number;
      const value = number === undefined ? undefined : this.#rows.hold(number, id, reservation);
      staged = { value, changed: false };
      this.#holds.set(reservation, staged);
    }
    return staged;
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
