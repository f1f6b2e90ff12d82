import type { AccountState } from '../contract.js';
import { OWN_ID_LENGTH, parseReservationId, rootName } from '../ids.js';
import type { HoldRecord, RootRecord } from '../rules/records.js';
import { splitAccount } from './account-key.js';
import type { Rows } from './rows.js';

interface KeptRoot {
  /** Undefined until a new root has been written. */
  number: number | undefined;
  record: RootRecord;
  /**
   * No hold of this root in the tables has a greater id: an id that is greater, as nearly every new one is,
   * need not be looked for. Undefined until the tables were asked.
   */
  lastHold?: string | undefined;
}

/** Of each kind at most so many are kept from one transaction to the next: some 20 MB in all. */
const MAX_KEPT = 10_000;

/** Records in memory, each read from the tables when it is first asked for. */
export class KeptRecords {
  readonly #rows: Rows;
  /** Undefined in any of these: the tables have none. */
  readonly #roots = new Map<string, KeptRoot | undefined>();
  readonly #accounts = new Map<string, AccountState | undefined>();
  #holds = new Map<string, HoldRecord | undefined>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  forgetAll(): void {
    this.#roots.clear();
    this.#accounts.clear();
    this.#holds = new Map();
  }

  /** All but these, where there are too many. */
  forgetMost(
    needed: { readonly [Kind in 'roots' | 'accounts' | 'holds']: ReadonlySet<string> },
  ): void {
    forgetBut(needed.roots, this.#roots);
    forgetBut(needed.accounts, this.#accounts);
    forgetBut(needed.holds, this.#holds);
  }

  /** Its members may be changed: it is then as they say. */
  root(name: string): KeptRoot | undefined {
    if (this.#roots.has(name)) return this.#roots.get(name);
    const [tenant = '', rootId = ''] = name.split('/');
    const stored = this.#rows.root(tenant, rootId);
    const kept = stored && { ...stored };
    this.#roots.set(name, kept);
    return kept;
  }

  addRoot(name: string, record: RootRecord): void {
    this.#roots.set(name, { number: undefined, record });
  }

  /** @throws {Error} if the tables have no such root */
  numberOf(root: string): number {
    const number = this.root(root)?.number;
    if (number === undefined) throw new Error(`root ${root}: expected it in the store`);
    return number;
  }

  account(name: string): AccountState | undefined {
    const known = this.#accounts.get(name);
    if (known !== undefined || this.#accounts.has(name)) return known;
    const { root, below } = splitAccount(name);
    const number = this.root(root)?.number;
    const state = number === undefined ? undefined : this.#rows.account(number, below, name);
    this.#accounts.set(name, state);
    return state;
  }

  /** Undefined: it has left. */
  setAccount(name: string, state: AccountState | undefined): void {
    this.#accounts.set(name, state);
  }

  hold(reservation: string): HoldRecord | undefined {
    const known = this.#holds.get(reservation);
    if (known !== undefined || this.#holds.has(reservation)) return known;
    const { root, id } = splitReservation(reservation);
    const kept = this.root(root);
    if (kept?.number === undefined || id > this.#lastHold(kept, kept.number)) return undefined;
    const hold = this.#rows.hold(kept.number, id, reservation);
    this.#holds.set(reservation, hold);
    return hold;
  }

  #lastHold(kept: KeptRoot, number: number): string {
    kept.lastHold ??= this.#rows.lastHold(number) ?? '';
    return kept.lastHold;
  }

  setHold(reservation: string, hold: HoldRecord | undefined): void {
    this.#holds.set(reservation, hold);
  }

  holdIsStored(root: string, id: string): void {
    const kept = this.root(root);
    if (kept?.lastHold !== undefined && id > kept.lastHold) kept.lastHold = id;
  }

  /**
   * Hardly anybody asks for a finished hold again. In a new map: one that is deleted from with each call
   * is made anew again and again.
   */
  forgetFinished(): void {
    const open = new Map<string, HoldRecord | undefined>();
    for (const [reservation, hold] of this.#holds) {
      if (hold?.state === 'held') open.set(reservation, hold);
    }
    this.#holds = open;
  }
}

function forgetBut(needed: ReadonlySet<string>, records: Map<string, unknown>): void {
  if (records.size <= MAX_KEPT) return;
  for (const name of records.keys()) if (!needed.has(name)) records.delete(name);
}

/** @throws {Error} for what is no reservation's id: they come validated. */
export function splitReservation(reservation: string): {
  root: string;
  tenant: string;
  id: string;
} {
  const named = parseReservationId(reservation);
  if (named === undefined) throw new Error(`found ${reservation}, expected a reservation's id`);
  const id = reservation.slice(-OWN_ID_LENGTH);
  return { root: rootName(named), tenant: named.tenant, id };
}
