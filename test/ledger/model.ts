import {
  type AccountState,
  type ActivateRequest,
  type ControlRequest,
  type ExtendRequest,
  type Genesis,
  type JournalRequest,
  type Ledger,
  type LedgerOptions,
  LedgerUnavailable,
  type ReleaseRequest,
  type ReserveRequest,
  type SettleRequest,
  type SweepOutcome,
  type TopUpRequest,
  type TreeRequest,
  type TrimRequest,
} from '../../src/ledger/contract.js';
import { accountAndAncestors, parseReservationId } from '../../src/ledger/ids.js';
import { neverCharged } from '../../src/ledger/rules/counters.js';
import { openRoot } from '../../src/ledger/rules/open-root.js';
import type {
  Change,
  Decision,
  FinishedHold,
  HoldRecord,
  OpenHold,
  Records,
  RootRecord,
} from '../../src/ledger/rules/records.js';
import { reserve } from '../../src/ledger/rules/reserve.js';
import { presumeSpent, release, settle } from '../../src/ledger/rules/resolve.js';
import { type Clocks, isBelieved } from '../../src/ledger/rules/time.js';
import { balance, ROOT_UNKNOWN } from '../../src/ledger/rules/views.js';
import {
  notYet,
  refuseUnported,
  refuseUnportedBy,
  refuseUnportedReserve,
} from '../../src/ledger/unported.js';
import {
  validateAccount,
  validateActivate,
  validateControl,
  validateCount,
  validateExtend,
  validateGenesis,
  validateJournal,
  validateRelease,
  validateReserve,
  validateSettle,
  validateTenant,
  validateTopUp,
  validateTree,
  validateTrim,
} from '../../src/ledger/validate.js';

/**
 * The rules over three maps: what every engine must agree with, answer by answer. Its own clock is
 * the store's; `options.clock` is the gateway's, as everywhere.
 */
export class ModelLedger implements Ledger {
  readonly #options: LedgerOptions;
  readonly #storeClock: () => number;
  readonly #roots = new Map<string, RootRecord>();
  readonly #accounts = new Map<string, AccountState>();
  readonly #holds = new Map<string, HoldRecord>();
  readonly #records: Records = {
    root: (name) => this.#roots.get(name),
    account: (name) => this.#accounts.get(name),
    hold: (reservation) => this.#holds.get(reservation),
  };
  #closed = false;

  constructor(options: LedgerOptions, storeClock: () => number) {
    this.#options = options;
    this.#storeClock = storeClock;
  }

  async openRoot(genesis: Genesis) {
    this.#check();
    validateGenesis(genesis);
    refuseUnported(genesis.limits);
    const { outcome, root } = openRoot(this.#records, genesis, this.#clocks());
    if (root !== undefined) this.#roots.set(`${genesis.tenant}/${genesis.rootId}`, root);
    return outcome;
  }

  async reserve(request: ReserveRequest) {
    this.#check();
    validateReserve(request);
    refuseUnportedReserve(request);
    return this.#take(reserve(this.#records, request, this.#clocks(), this.#options));
  }

  async settle(request: SettleRequest) {
    this.#check();
    validateSettle(request);
    refuseUnportedBy(request.by);
    return this.#take(settle(this.#records, request, this.#clocks()));
  }

  async release(request: ReleaseRequest) {
    this.#check();
    validateRelease(request);
    refuseUnportedBy(request.by);
    return this.#take(release(this.#records, request, this.#clocks()));
  }

  async extend(request: ExtendRequest): Promise<never> {
    validateExtend(request);
    throw notYet('extending a hold');
  }

  async activate(request: ActivateRequest): Promise<never> {
    validateActivate(request);
    throw notYet('activating a carve-out');
  }

  async control(request: ControlRequest): Promise<never> {
    validateControl(request);
    throw notYet(`to ${request.action} an account`);
  }

  async topUp(request: TopUpRequest): Promise<never> {
    validateTopUp(request);
    throw notYet('a top-up');
  }

  async journal(request: JournalRequest): Promise<never> {
    validateJournal(request);
    throw notYet('the journal');
  }

  async trimJournal(request: TrimRequest): Promise<never> {
    validateTrim(request);
    throw notYet('the journal');
  }

  async balance(account: string) {
    this.#check();
    validateAccount(account);
    return balance(this.#records, account);
  }

  async tree(request: TreeRequest) {
    this.#check();
    validateTree(request);
    const { account, depth = Number.POSITIVE_INFINITY, maxAccounts = 10_000 } = request;
    const root = this.#roots.get(accountAndAncestors(account)[0] ?? '');
    if (root === undefined) return ROOT_UNKNOWN;
    const levelOf = (name: string) => name.split('/').length;
    const below = [...this.#accounts.keys()]
      .filter((name) => name.startsWith(`${account}/`))
      .filter((name) => levelOf(name) - levelOf(account) <= depth)
      .sort((a, b) => (a < b ? -1 : 1));
    const accounts = [account, ...below].map((name) => this.#state(name));
    const truncated = accounts.length > maxAccounts;
    return {
      status: 'found' as const,
      genesis: root.genesis,
      accounts: accounts.slice(0, maxAccounts),
      truncated,
    };
  }

  async roots(max: number) {
    this.#check();
    validateCount('max', max);
    return [...this.#roots.values()]
      .map((root) => ({ ...root, order: `${root.genesis.tenant} ${root.genesis.rootId}` }))
      .sort((a, b) => (a.order < b.order ? -1 : 1))
      .slice(0, max)
      .map(({ genesis }) => ({
        genesis,
        state: this.#state(`${genesis.tenant}/${genesis.rootId}`),
      }));
  }

  async sweep(tenant: string, batch: number): Promise<SweepOutcome> {
    this.#check();
    validateTenant(tenant);
    validateCount('batch', batch);
    const clocks = this.#clocks();
    if (!isBelieved(clocks)) return { presumedSpent: 0, carvesEnded: 0, forgotten: 0, more: false };
    const holds = this.#holdsOf(tenant);
    const { storeMs } = clocks;
    const due = holds.filter(
      (hold): hold is OpenHold => hold.state === 'held' && hold.deadlineMs <= storeMs,
    );
    const old = holds.filter(
      (hold): hold is FinishedHold =>
        hold.state !== 'held' && hold.finishedAtMs + this.#options.retainMs <= storeMs,
    );
    due.sort((a, b) => a.deadlineMs - b.deadlineMs);
    old.sort((a, b) => a.finishedAtMs - b.finishedAtMs);
    const presumed = due.slice(0, batch);
    const forgotten = old.slice(0, batch - presumed.length);
    for (const hold of presumed) {
      const root = this.#roots.get(accountAndAncestors(hold.account)[0] ?? '');
      const change = root && presumeSpent(this.#records, root, hold, clocks);
      if (change !== undefined) this.#apply(change);
    }
    for (const { reservation } of forgotten) this.#holds.delete(reservation);
    const more = due.length + old.length > presumed.length + forgotten.length;
    return { presumedSpent: presumed.length, carvesEnded: 0, forgotten: forgotten.length, more };
  }

  /** By root, in the order in which they were opened, then by id: how SQLite breaks ties too. */
  #holdsOf(tenant: string): HoldRecord[] {
    const order = [...this.#roots.keys()];
    const rank = ({ reservation }: HoldRecord) => {
      const named = parseReservationId(reservation);
      return `${order.indexOf(`${named?.tenant}/${named?.rootId}`)} ${reservation}`;
    };
    return [...this.#holds.values()]
      .filter(({ reservation }) => parseReservationId(reservation)?.tenant === tenant)
      .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  async tenants() {
    this.#check();
    return [...new Set([...this.#roots.values()].map(({ genesis }) => genesis.tenant))].sort();
  }

  async ping() {
    this.#check();
  }

  async close() {
    this.#closed = true;
  }

  #check(): void {
    if (this.#closed) throw new LedgerUnavailable('closed', 'the ledger is closed');
  }

  #clocks(): Clocks {
    return { storeMs: this.#storeClock(), gatewayMs: this.#options.clock() };
  }

  #state(name: string): AccountState {
    return this.#accounts.get(name) ?? neverCharged(name);
  }

  #take<Outcome>({ outcome, change }: Decision<Outcome>): Outcome {
    if (change !== undefined) this.#apply(change);
    return outcome;
  }

  #apply({ root, accounts, hold }: Change): void {
    this.#roots.set(`${root.genesis.tenant}/${root.genesis.rootId}`, root);
    for (const state of accounts) this.#accounts.set(state.account, state);
    this.#holds.set(hold.reservation, hold);
  }
}
