import type {
  AcknowledgedOperation,
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
  ReserveOutcome,
  ReserveRequest,
  ResolveOutcome,
  RevokeMacaroonRequest,
  SettleRequest,
  SharedState,
  TopUpRequest,
  TrackedWindow,
  TreeRequest,
  TrimRequest,
} from './contract.js';

/** A ledger whose acknowledged operations are noted: what a recovery can be made of. */
export class NotedLedger implements Ledger {
  /** It moves no money. */
  readonly shared: SharedState;
  readonly #ledger: Ledger;
  readonly #marks: MarkKeeper;

  constructor(ledger: Ledger, marks: MarkKeeper) {
    this.#ledger = ledger;
    this.#marks = marks;
    this.shared = ledger.shared;
  }

  async openRoot(genesis: Genesis) {
    const outcome = await this.#ledger.openRoot(genesis);
    if (outcome.status === 'opened') this.#marks.note({ kind: 'opened', genesis });
    return outcome;
  }

  // Those that every call makes are no async functions: each costs a promise and a frame more.

  reserve(request: ReserveRequest): Promise<ReserveOutcome> {
    return this.#ledger.reserve(request).then((outcome) => {
      if (outcome.status === 'held') this.#marks.note(heldOf(request, outcome));
      return outcome;
    });
  }

  settle(request: SettleRequest): Promise<ResolveOutcome> {
    return this.#ledger.settle(request).then((outcome) => {
      if (outcome.status === 'settled') {
        const { reservation } = request;
        this.#marks.note({ kind: 'settled', reservation, charged: outcome.charged });
      }
      return outcome;
    });
  }

  release(request: ReleaseRequest): Promise<ResolveOutcome> {
    return this.#ledger.release(request).then((outcome) => {
      if (outcome.status === 'released') {
        this.#marks.note({ kind: 'released', reservation: request.reservation });
      }
      return outcome;
    });
  }

  /** The engine that has a number for the change notes it. */
  control(request: ControlRequest) {
    return this.#ledger.control(request);
  }

  /** The engine notes it: its answer tells until when. */
  revokeMacaroon(request: RevokeMacaroonRequest) {
    return this.#ledger.revokeMacaroon(request);
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

  roots(max: number, after?: string) {
    return this.#ledger.roots(max, after);
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

function heldOf(
  { reservation, path, ttlMs }: ReserveRequest,
  held: Held,
): Extract<AcknowledgedOperation, { readonly kind: 'held' }> {
  const { granted, deadlineMs } = held;
  const account = path.at(-1)?.account ?? '';
  const operation = {
    kind: 'held',
    reservation,
    account,
    granted,
    timeMs: deadlineMs - ttlMs,
  } as const;
  const windows = windowsOf(held);
  return windows === undefined ? operation : { ...operation, windows };
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
