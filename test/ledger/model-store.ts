import { expect } from 'vitest';
import type {
  AccountState,
  JournalEntry,
  JournalPage,
  JournalRequest,
  JournalTextPage,
  LeaseRequest,
  MoveHeadRequest,
  RememberedResponse,
} from '../../src/ledger/contract.js';
import { accountAndAncestors, parseReservationId } from '../../src/ledger/ids.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import {
  type Draining,
  type DrainingDecision,
  lease,
  moveHead,
  NOT_DRAINED,
} from '../../src/ledger/rules/draining.js';
import { holdAfter } from '../../src/ledger/rules/hold-after.js';
import type {
  CarveRef,
  Change,
  HoldRecord,
  Records,
  RootRecord,
} from '../../src/ledger/rules/records.js';
import { isStored } from '../../src/ledger/rules/stored.js';
import { UNITS } from '../../src/money/units.js';

interface TenantJournal {
  /** Number 1 first, trimmed ones included. */
  readonly entries: JournalEntry[];
  trimmedThrough: number;
  draining: Draining;
}

interface KnownResponse extends RememberedResponse {
  readonly madeMs: number;
}

/** What the model remembers: three maps and a journal, searched in the plainest way there is. */
export class ModelStore implements Records {
  readonly roots = new Map<string, RootRecord>();
  readonly accounts = new Map<string, AccountState>();
  readonly holds = new Map<string, HoldRecord>();
  readonly #closings = new Set<string>();
  readonly #journals = new Map<string, TenantJournal>();
  readonly #responses = new Map<string, Map<string, KnownResponse>>();
  readonly #places = new Map<string, Map<string, number>>();
  readonly #refused = new Map<string, Set<string>>();

  root(name: string): RootRecord | undefined {
    return this.roots.get(name);
  }

  account(name: string): AccountState | undefined {
    return this.accounts.get(name);
  }

  hold(reservation: string): HoldRecord | undefined {
    return this.holds.get(reservation);
  }

  topUps(root: string): number {
    return [...this.holds.values()].filter(
      (hold) => hold.state === 'topped_up' && `${hold.account}/`.startsWith(`${root}/`),
    ).length;
  }

  carvesDue(root: string, byMs: number, max: number): CarveRef[] {
    return this.carvesBelow(root, Number.POSITIVE_INFINITY)
      .filter(({ endMs }) => endMs <= byMs)
      .sort((a, b) => a.endMs - b.endMs)
      .slice(0, max);
  }

  carvesBelow(account: string, max: number): CarveRef[] {
    return [...this.accounts.values()]
      .filter((state) => `${state.account}/`.startsWith(`${account}/`))
      .sort((a, b) => (a.account < b.account ? -1 : 1))
      .flatMap(({ account: its, carves }) =>
        UNITS.flatMap((unit) => {
          const endMs = carves[unit]?.endMs;
          return endMs === undefined ? [] : [{ account: its, unit, endMs }];
        }),
      )
      .slice(0, max);
  }

  callerHoldsBelow(account: string, max: number): string[] {
    return [...this.holds.values()]
      .filter((hold) => hold.state === 'held' && hold.owner === 'caller')
      .filter((hold) => `${hold.account}/`.startsWith(`${account}/`))
      .map(({ account: its, reservation }) => `${its} ${reservation}`)
      .sort()
      .slice(0, max)
      .map((line) => line.slice(line.indexOf(' ') + 1));
  }

  closings(root: string, max: number): string[] {
    return [...this.#closings]
      .filter((account) => `${account}/`.startsWith(`${root}/`))
      .sort()
      .slice(0, max);
  }

  /** By root, in the order in which they were opened. */
  closingsIn(tenant: string): string[] {
    const roots = [...this.roots.keys()].filter((name) => name.startsWith(`${tenant}/`));
    return roots.flatMap((root) => this.closings(root, Number.POSITIVE_INFINITY));
  }

  dropClosing(account: string): void {
    this.#closings.delete(account);
  }

  /** By root, in the order in which they were opened, then by id: how SQLite breaks ties too. */
  holdsOf(tenant: string): HoldRecord[] {
    const order = [...this.roots.keys()];
    const rank = ({ reservation }: HoldRecord) => {
      const named = parseReservationId(reservation);
      return `${order.indexOf(`${named?.tenant}/${named?.rootId}`)} ${reservation}`;
    };
    return [...this.holds.values()]
      .filter(({ reservation }) => parseReservationId(reservation)?.tenant === tenant)
      .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** The earliest end first, then by root in the order in which they were opened. */
  carvesOf(tenant: string, byMs: number): CarveRef[] {
    const roots = [...this.roots.keys()].filter((name) => name.startsWith(`${tenant}/`));
    return roots
      .flatMap((root) => this.carvesDue(root, byMs, Number.POSITIVE_INFINITY))
      .sort((a, b) => a.endMs - b.endMs);
  }

  apply({ root, accounts, hold, entry }: Change): void {
    const { tenant, rootId } = root.genesis;
    this.roots.set(`${tenant}/${rootId}`, root);
    for (const state of accounts) {
      if (isStored(state)) this.accounts.set(state.account, state);
      else this.accounts.delete(state.account);
    }
    // An engine that has the entry need not keep the record.
    expect(holdAfter(entry, (reservation) => this.holds.get(reservation))).toEqual(hold);
    if (hold !== undefined) this.holds.set(hold.reservation, hold);
    if (entry.kind === 'revoked' || entry.kind === 'closed') this.#closings.add(entry.account);
    this.#journal(tenant).entries.push(entry);
  }

  journal({ tenant, after, max }: JournalRequest): JournalPage {
    const { entries, trimmedThrough, draining } = this.#journal(tenant);
    return {
      entries: entries
        .map((entry, place) => ({ number: place + 1, entry }))
        .filter(({ number }) => number > Math.max(after, trimmedThrough))
        .slice(0, max),
      nextNumber: entries.length + 1,
      trimmedThrough,
      head: draining.head,
    };
  }

  journalTexts(request: JournalRequest): JournalTextPage {
    const { entries, ...standing } = this.journal(request);
    const first = Math.max(request.after, standing.trimmedThrough) + 1;
    return { first, texts: entries.map(({ entry }) => canonicalJson(entry)), ...standing };
  }

  lease(request: LeaseRequest, storeMs: number) {
    const journal = this.#journal(request.tenant);
    return drain(journal, lease(journal.draining, request, storeMs));
  }

  moveHead(request: MoveHeadRequest) {
    const journal = this.#journal(request.tenant);
    return drain(journal, moveHead(journal.draining, request, journal.entries.length));
  }

  trimJournal(tenant: string, through: number): number {
    const journal = this.#journal(tenant);
    const last = Math.min(through, journal.draining.head.number);
    journal.trimmedThrough = Math.max(journal.trimmedThrough, last);
    return journal.trimmedThrough;
  }

  /** By id, the oldest first. */
  responsesOf(root: string): Map<string, KnownResponse> {
    return among(this.#responses, root, () => new Map());
  }

  /** When each reservation entered. */
  placesIn(root: string): Map<string, number> {
    return among(this.#places, root, () => new Map());
  }

  /** The oldest first. */
  refusedIn(tenant: string): Set<string> {
    return among(this.#refused, tenant, () => new Set());
  }

  /** The root's record of an account, a hold's or a carve-out's. */
  rootOf(account: string): RootRecord | undefined {
    return this.roots.get(accountAndAncestors(account)[0] ?? '');
  }

  #journal(tenant: string): TenantJournal {
    return among(this.#journals, tenant, () => ({
      entries: [],
      trimmedThrough: 0,
      draining: NOT_DRAINED,
    }));
  }
}

function among<T>(all: Map<string, T>, name: string, make: () => T): T {
  const its = all.get(name) ?? make();
  all.set(name, its);
  return its;
}

function drain<Outcome>(
  journal: TenantJournal,
  { outcome, after }: DrainingDecision<Outcome>,
): Outcome {
  journal.draining = after ?? journal.draining;
  return outcome;
}
