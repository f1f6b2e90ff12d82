import type { AccountState } from '../contract.js';
import type { Change, HoldRecord, Records, RootRecord } from '../rules/records.js';
import type { Rows } from './rows.js';

interface StagedRoot {
  /** Undefined until a new root has been written. */
  number: number | undefined;
  record: RootRecord;
  changed: boolean;
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

  constructor(rows: Rows) {
    this.#rows = rows;
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

  open(record: RootRecord): void {
    const { tenant, rootId } = record.genesis;
    this.#roots.set(`${tenant}/${rootId}`, { number: undefined, record, changed: true });
  }

  apply({ root, accounts, hold }: Change): void {
    const { tenant, rootId } = root.genesis;
    const staged = this.#root(`${tenant}/${rootId}`);
    if (staged === undefined) throw new Error(`root ${tenant}/${rootId}: expected it in the store`);
    staged.record = root;
    staged.changed = true;
    for (const state of accounts) {
      this.#accounts.set(state.account, { value: state, changed: true });
    }
    this.#holds.set(hold.reservation, { value: hold, changed: true });
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
