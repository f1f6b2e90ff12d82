import {
  type AccountState,
  type ActivateRequest,
  type ControlRequest,
  type ExtendRequest,
  type Genesis,
  type JournalRequest,
  type LeaseRequest,
  type Ledger,
  type LedgerOptions,
  LedgerUnavailable,
  MAX_PAGE,
  type MoveHeadRequest,
  type ReleaseRequest,
  type ReserveRequest,
  type RevokeMacaroonRequest,
  type SettleRequest,
  type SweepOutcome,
  type TopUpRequest,
  type TreeRequest,
  type TrimRequest,
} from '../../src/ledger/contract.js';
import { accountAndAncestors } from '../../src/ledger/ids.js';
import { activate } from '../../src/ledger/rules/activate.js';
import { expireCarve } from '../../src/ledger/rules/carves.js';
import { sweepBelow } from '../../src/ledger/rules/closing.js';
import { control } from '../../src/ledger/rules/control.js';
import { neverCharged } from '../../src/ledger/rules/counters.js';
import { extend } from '../../src/ledger/rules/extend.js';
import { openRoot } from '../../src/ledger/rules/open-root.js';
import type { Change, Decision, OpenHold, RootRecord } from '../../src/ledger/rules/records.js';
import { reserve } from '../../src/ledger/rules/reserve.js';
import { presumeSpent, release, settle } from '../../src/ledger/rules/resolve.js';
import { revokeMacaroon } from '../../src/ledger/rules/revocations.js';
import { type Clocks, isBelieved } from '../../src/ledger/rules/time.js';
import { topUp } from '../../src/ledger/rules/top-up.js';
import { balance, ROOT_UNKNOWN, shown } from '../../src/ledger/rules/views.js';
import {
  validateAccount,
  validateActivate,
  validateControl,
  validateCount,
  validateExtend,
  validateGenesis,
  validateJournal,
  validateLease,
  validateMoveHead,
  validateRelease,
  validateReserve,
  validateRevokeMacaroon,
  validateRoots,
  validateSettle,
  validateTenant,
  validateTopUp,
  validateTree,
  validateTrim,
} from '../../src/ledger/validate.js';
import { ModelShared } from './model-shared.js';
import { ModelStore } from './model-store.js';

/**
 * The rules over three maps: what every engine must agree with, answer by answer. Its own clock is
 * the store's; `options.clock` is the gateway's, as everywhere.
 */
export class ModelLedger implements Ledger {
  readonly shared: ModelShared;
  readonly #options: LedgerOptions;
  readonly #storeClock: () => number;
  readonly #sharedClock: () => number;
  readonly #store: ModelStore;
  #closed = false;

  /**
   * @param store that others may have, too.
   * @param sharedClock of what is no change of a root: SQLite's is the gateway's where the store's is
   *   not believed
   */
  constructor(
    options: LedgerOptions,
    storeClock: () => number,
    store = new ModelStore(),
    sharedClock = storeClock,
  ) {
    this.#options = options;
    this.#storeClock = storeClock;
    this.#sharedClock = sharedClock;
    this.#store = store;
    const check = () => this.#check();
    this.shared = new ModelShared({ store, storeClock: sharedClock, check });
  }

  async openRoot(genesis: Genesis) {
    this.#check();
    validateGenesis(genesis);
    return this.#take(openRoot(this.#store, genesis, this.#clocks()));
  }

  async reserve(request: ReserveRequest) {
    this.#check();
    validateReserve(request);
    return this.#take(reserve(this.#store, request, this.#clocks(), this.#options));
  }

  async settle(request: SettleRequest) {
    this.#check();
    validateSettle(request);
    return this.#take(settle(this.#store, request, this.#clocks()));
  }

  async release(request: ReleaseRequest) {
    this.#check();
    validateRelease(request);
    return this.#take(release(this.#store, request, this.#clocks()));
  }

  async extend(request: ExtendRequest) {
    this.#check();
    validateExtend(request);
    return this.#take(extend(this.#store, request, this.#clocks()));
  }

  async activate(request: ActivateRequest) {
    this.#check();
    validateActivate(request);
    return this.#take(activate(this.#store, request, this.#clocks(), this.#options));
  }

  async control(request: ControlRequest) {
    this.#check();
    validateControl(request);
    return this.#take(control(this.#store, request, this.#clocks()));
  }

  async revokeMacaroon(request: RevokeMacaroonRequest) {
    this.#check();
    validateRevokeMacaroon(request);
    return this.#take(revokeMacaroon(this.#store, request, this.#clocks()));
  }

  async topUp(request: TopUpRequest) {
    this.#check();
    validateTopUp(request);
    return this.#take(topUp(this.#store, request, this.#clocks()));
  }

  async journal(request: JournalRequest) {
    this.#check();
    validateJournal(request);
    return this.#store.journal(request);
  }

  async journalTexts(request: JournalRequest) {
    this.#check();
    validateJournal(request);
    return this.#store.journalTexts(request);
  }

  async lease(request: LeaseRequest) {
    this.#check();
    validateLease(request);
    return this.#store.lease(request, this.#sharedClock());
  }

  async moveHead(request: MoveHeadRequest) {
    this.#check();
    validateMoveHead(request);
    return this.#store.moveHead(request);
  }

  async trimJournal({ tenant, through }: TrimRequest) {
    this.#check();
    validateTrim({ tenant, through });
    return this.#store.trimJournal(tenant, through);
  }

  async balance(account: string) {
    this.#check();
    validateAccount(account);
    return balance(this.#store, account, this.#clocks());
  }

  async tree(request: TreeRequest) {
    this.#check();
    validateTree(request);
    const { account, after, depth = Number.POSITIVE_INFINITY, maxAccounts = MAX_PAGE } = request;
    const root = this.#store.roots.get(accountAndAncestors(account)[0] ?? '');
    if (root === undefined) return ROOT_UNKNOWN;
    const levelOf = (name: string) => name.split('/').length;
    const below = [...this.#store.accounts.keys()]
      .filter((name) => name.startsWith(`${account}/`))
      .filter((name) => levelOf(name) - levelOf(account) <= depth)
      .filter((name) => after === undefined || name > after)
      .sort((a, b) => (a < b ? -1 : 1));
    const names = after === undefined ? [account, ...below] : below;
    const accounts = names.map((name) => this.#state(name, root));
    const truncated = accounts.length > maxAccounts;
    return {
      status: 'found' as const,
      genesis: root.genesis,
      accounts: accounts.slice(0, maxAccounts),
      truncated,
    };
  }

  async roots(max: number, after?: string) {
    this.#check();
    validateRoots(max, after);
    return [...this.#store.roots.values()]
      .map((root) => ({ ...root, order: `${root.genesis.tenant} ${root.genesis.rootId}` }))
      .filter(({ order }) => after === undefined || order > after.replace('/', ' '))
      .sort((a, b) => (a.order < b.order ? -1 : 1))
      .slice(0, max)
      .map((root) => ({
        genesis: root.genesis,
        state: this.#state(`${root.genesis.tenant}/${root.genesis.rootId}`, root),
      }));
  }

  async sweep(tenant: string, batch: number): Promise<SweepOutcome> {
    this.#check();
    validateTenant(tenant);
    validateCount('batch', batch);
    const clocks = this.#clocks();
    if (!isBelieved(clocks)) return { presumedSpent: 0, carvesEnded: 0, forgotten: 0, more: false };
    const holds = this.#store.holdsOf(tenant);
    const { storeMs } = clocks;
    const due = holds
      .filter((hold) => hold.state === 'held')
      .filter(({ deadlineMs }) => deadlineMs <= storeMs)
      .sort((a, b) => a.deadlineMs - b.deadlineMs);
    const old = holds
      .filter((hold) => hold.state !== 'held')
      .filter((hold) => hold.state !== 'topped_up')
      .filter(({ finishedAtMs }) => finishedAtMs + this.#options.retainMs <= storeMs)
      .sort((a, b) => a.finishedAtMs - b.finishedAtMs);
    const presumed = due.slice(0, batch);
    for (const hold of presumed) {
      const root = this.#store.rootOf(hold.account);
      this.#apply(root === undefined ? [] : presumeSpent(this.#store, root, hold, clocks));
    }
    const closed = this.#sweepClosings(tenant, batch - presumed.length, clocks);
    const left = batch - presumed.length - closed.looked;
    const carves = this.#store.carvesOf(tenant, storeMs);
    const ended = carves.slice(0, left);
    const forgotten = old.slice(0, left - ended.length);
    for (const ref of ended) {
      const root = this.#store.rootOf(ref.account);
      this.#apply(root === undefined ? [] : expireCarve(this.#store, root, ref, clocks));
    }
    for (const { reservation } of forgotten) this.#store.holds.delete(reservation);
    const found = due.length + carves.length + old.length;
    return {
      presumedSpent: presumed.length + closed.holds,
      carvesEnded: ended.length + closed.carves,
      forgotten: forgotten.length,
      more: !closed.isDone || found > presumed.length + ended.length + forgotten.length,
    };
  }

  #sweepClosings(tenant: string, max: number, clocks: Clocks) {
    const all = { holds: 0, carves: 0, looked: 0 };
    for (const account of this.#store.closingsIn(tenant).slice(0, max)) {
      const root = this.#store.rootOf(account);
      if (root === undefined || all.looked === max) break;
      const step = sweepBelow(this.#store, root, account, { clocks, max: max - all.looked });
      this.#apply(step.changes);
      all.holds += step.holds;
      all.carves += step.carves;
      all.looked += step.looked;
      if (step.isDone) this.#store.dropClosing(account);
    }
    return { ...all, isDone: this.#store.closingsIn(tenant).length === 0 };
  }

  /** For the laws alone: no operation shows a hold. */
  openHolds(): OpenHold[] {
    return [...this.#store.holds.values()].filter((hold) => hold.state === 'held');
  }

  /** For the laws alone: what is kept of a tenant that no operation shows. */
  kept(tenant: string) {
    return {
      roots: [...this.#store.roots.values()].filter(({ genesis }) => genesis.tenant === tenant),
      accounts: [...this.#store.accounts.keys()],
      holds: this.#store.holdsOf(tenant),
      carves: this.#store.carvesOf(tenant, Number.POSITIVE_INFINITY),
      closings: this.#store.closingsIn(tenant),
    };
  }

  async tenants() {
    this.#check();
    return [
      ...new Set([...this.#store.roots.values()].map(({ genesis }) => genesis.tenant)),
    ].sort();
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

  #state(name: string, root: RootRecord): AccountState {
    return shown(this.#store.account(name) ?? neverCharged(name), root, this.#clocks());
  }

  #take<Outcome>({ outcome, changes }: Decision<Outcome>): Outcome {
    this.#apply(changes);
    return outcome;
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) this.#store.apply(change);
  }
}
