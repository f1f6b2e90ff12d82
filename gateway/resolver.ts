import {
  type Ledger,
  LedgerUnavailable,
  type ReleaseRequest,
  type ResolveOutcome,
  type SettleRequest,
  type Upstreamed,
} from '../src/ledger/contract.js';
import type { Vector } from '../src/money/units.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';

export interface ResolverDeps {
  readonly ledger: Ledger;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What is to be done with one hold. */
type Ending =
  | { readonly operation: 'settle'; readonly request: SettleRequest }
  | { readonly operation: 'release'; readonly request: ReleaseRequest };

/** Waits between two tries, doubling from the first to the last. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
/** A release that is dropped past this is presumed spent at its deadline: dearer, never unsafe. */
const MAX_PENDING_RELEASES = 10_000;

/**
 * Ends every hold that this gateway made, and keeps trying until the ledger has acknowledged it
 * (DESIGN §3, rule 6). What a crash or a long outage leaves open is presumed spent at its deadline.
 */
export class Resolver {
  readonly #deps: ResolverDeps;
  readonly #stop = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  #pendingReleases = 0;
  /** First tries that are under way. One that fails goes on as a pending one. */
  #trying = 0;
  #onNoneTrying: (() => void) | undefined;

  constructor(deps: ResolverDeps) {
    this.#deps = deps;
  }

  /**
   * Charges what the call cost. Answers once the ledger has, or when it could not the first time.
   * @param upstream what the upstream said of the call, for the journal
   */
  settle(reservation: string, cost: Vector, upstream?: Upstreamed): Promise<void> {
    const request =
      upstream === undefined ? { reservation, cost } : { reservation, cost, upstream };
    return this.#resolve({ operation: 'settle', request });
  }

  /** A call whose cost is still to be told, behind a caller that left: {@link drain} waits for it. */
  await(ending: Promise<unknown>): void {
    const pending = ending.then(
      () => void this.#pending.delete(pending),
      () => void this.#pending.delete(pending),
    );
    this.#pending.add(pending);
  }

  /** Gives the hold back: only for a call of which nothing was sent, or that is not billed. */
  release(reservation: string): Promise<void> {
    return this.#resolve({ operation: 'release', request: { reservation } });
  }

  /** Waits for what is still unacknowledged, at most so long. Answers how many are left. */
  async drain(timeoutMs: number): Promise<number> {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isOver = true;
        resolve();
      }, timeoutMs);
    });
    // A first try that is under way may fail, and be one more that waits.
    while (!isOver && this.#left() > 0) await Promise.race([this.#ended(), expired]);
    clearTimeout(timer);
    this.#stop.abort();
    return this.#left();
  }

  #left(): number {
    return this.#pending.size + this.#trying;
  }

  /** All that are pending now, and the first tries under way. */
  async #ended(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#trying === 0) return;
    await new Promise<void>((resolve) => {
      this.#onNoneTrying = resolve;
    });
  }

  async #resolve(ending: Ending): Promise<void> {
    this.#trying += 1;
    try {
      if (!(await this.#attempt(ending))) this.#keepTrying(ending);
    } finally {
      this.#trying -= 1;
      if (this.#trying === 0) this.#onNoneTrying?.();
    }
  }

  /** Whether it is over: acknowledged, or refused for good. */
  #attempt(ending: Ending): Promise<boolean> {
    return this.#send(ending).then(
      (outcome) => this.#answered(ending, outcome),
      (error: unknown) => this.#failed(ending, error),
    );
  }

  #send({ operation, request }: Ending): Promise<ResolveOutcome> {
    const { ledger } = this.#deps;
    return operation === 'settle' ? ledger.settle(request) : ledger.release(request);
  }

  #answered({ operation, request: { reservation } }: Ending, outcome: ResolveOutcome): true {
    if (outcome.status === 'refused') {
      const { log, metrics } = this.#deps;
      const { reason } = outcome;
      metrics.resolveRefused.inc({ operation, reason });
      log.error({ reservation, operation, reason }, 'the ledger refused to end a hold');
    }
    return true;
  }

  #failed({ operation, request: { reservation } }: Ending, error: unknown): boolean {
    const { log } = this.#deps;
    if (error instanceof LedgerUnavailable) {
      log.warn({ reservation, operation, reason: error.reason }, 'a hold could not be ended yet');
      return false;
    }
    log.error({ reservation, operation, err: error }, 'a hold could not be ended');
    return true;
  }

  #keepTrying(ending: Ending): void {
    const { log, metrics } = this.#deps;
    const isRelease = ending.operation === 'release';
    if (isRelease && this.#pendingReleases >= MAX_PENDING_RELEASES) {
      const { reservation } = ending.request;
      log.error({ reservation }, 'too many releases wait: this hold will be presumed spent');
      return;
    }
    if (isRelease) this.#pendingReleases += 1;
    metrics.pendingResolutions.inc();
    const trying = this.#retryLoop(ending).finally(() => {
      this.#pending.delete(trying);
      if (isRelease) this.#pendingReleases -= 1;
      metrics.pendingResolutions.dec();
    });
    this.#pending.add(trying);
  }

  async #retryLoop(ending: Ending): Promise<void> {
    let waitMs = FIRST_RETRY_MS;
    while (!this.#stop.signal.aborted) {
      await delay(waitMs, this.#stop.signal);
      if (await this.#attempt(ending)) return;
      waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
    }
  }
}

/** Ends early, and without an error, when the signal aborts. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
