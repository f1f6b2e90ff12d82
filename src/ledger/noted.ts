import type {
  ActivateRequest,
  ControlRequest,
  ExtendRequest,
  Genesis,
  Held,
  JournalRequest,
  LeaseRequest,
  Ledger,
  MarkKeeper,
  MoveHeadRequest,
  ReleaseRequest,
  ReserveRequest,
  SettleRequest,
  TopUpRequest,
  TrackedWindow,
  TreeRequest,
  TrimRequest,
} from './contract.js';

/** A ledger whose acknowledged operations are noted: what a recovery can be made of. */
export class NotedLedger implements Ledger {
  readonly #ledger: Ledger;
  readonly #marks: MarkKeeper;

  constructor(ledger: Ledger, marks: MarkKeeper) {
    this.#ledger = ledger;
    this.#marks = marks;
  }

  async openRoot(genesis: Genesis) {
    const outcome = await this.#ledger.openRoot(genesis);
    if (outcome.status === 'opened') this.#marks.note({ kind: 'opened', genesis });
    return outcome;
  }

  async reserve(request: ReserveRequest) {
    const outcome = await this.#ledger.reserve(request);
    if (outcome.status === 'held') {
      const { granted, deadlineMs } = outcome;
      const windows = windowsOf(outcome);
      this.#marks.note({
        kind: 'held',
        reservation: request.reservation,
        account: request.path.at(-1)?.account ?? '',
        granted,
        timeMs: deadlineMs - request.ttlMs,
        ...(windows !== undefined && { windows }),
      });
    }
    return outcome;
  }

  async settle(request: SettleRequest) {
    const outcome = await this.#ledger.settle(request);
    if (outcome.status === 'settled') {
      const { reservation } = request;
      this.#marks.note({ kind: 'settled', reservation, charged: outcome.charged });
    }
    return outcome;
  }

  async release(request: ReleaseRequest) {
    const outcome = await this.#ledger.release(request);
    if (outcome.status === 'released') {
      this.#marks.note({ kind: 'released', reservation: request.reservation });
    }
    return outcome;
  }

  async control(request: ControlRequest) {
    const outcome = await this.#ledger.control(request);
    const { action: kind, account, actor } = request;
    if (outcome.status === 'done') this.#marks.note({ kind, account, actor });
    return outcome;
  }

  async topUp(request: TopUpRequest) {
    const outcome = await this.#ledger.topUp(request);
    const { account, id, unit, micros, actor } = request;
    if (outcome.status === 'topped_up') {
      this.#marks.note({ kind: 'topped_up', account, id, unit, micros, actor });
    }
    return outcome;
  }

  /** A deadline, and what is set aside, move no money. */
  extend(request: ExtendRequest) {
    return this.#ledger.extend(request);
  }

  activate(request: ActivateRequest) {
    return this.#ledger.activate(request);
  }

  journal(request: JournalRequest) {
    return this.#ledger.journal(request);
  }

  journalTexts(request: JournalRequest) {
    return this.#ledger.journalTexts(request);
  }

  lease(request: LeaseRequest) {
    return this.#ledger.lease(request);
  }

  moveHead(request: MoveHeadRequest) {
    return this.#ledger.moveHead(request);
  }

  trimJournal(request: TrimRequest) {
    return this.#ledger.trimJournal(request);
  }

  balance(account: string) {
    return this.#ledger.balance(account);
  }

  tree(request: TreeRequest) {
    return this.#ledger.tree(request);
  }

  roots(max: number) {
    return this.#ledger.roots(max);
  }

  sweep(tenant: string, batch: number) {
    return this.#ledger.sweep(tenant, batch);
  }

  tenants() {
    return this.#ledger.tenants();
  }

  ping() {
    return this.#ledger.ping();
  }

  close() {
    return this.#ledger.close();
  }
}

/** Of most calls there is none. */
function windowsOf({ limits }: Held): TrackedWindow[] | undefined {
  let windows: TrackedWindow[] | undefined;
  for (const { account, unit, window } of limits) {
    if (window === 'life') continue;
    windows ??= [];
    windows.push({ account, unit, window });
  }
  return windows;
}
