import { type Ledger, LedgerUnavailable } from '../src/ledger/contract.js';
import type { Log } from './logging.js';

export interface HoldKeeperDeps {
  readonly ledger: Pick<Ledger, 'extend'>;
  /** How long a hold may stay open from now, whenever "now" is. */
  readonly holdTtlMs: number;
  /** Milliseconds on a clock that only runs forward. */
  readonly monotonicMs: () => number;
  readonly log: Log;
}

/** Longer waits would let a hold with the shortest time to live pass its deadline between two. */
const MAX_TICK_MS = 5_000;

/**
 * Keeps the holds of calls that are under way from passing their deadline: a stream can outlive
 * `holdTtl`. Each is extended at half of that time, until the call has ended, or the ledger refuses:
 * at the overall cap, or once the account is revoked, closed or expired (DESIGN §3, rule 6). Then it
 * is presumed spent at its deadline, and what the call did cost corrects that at its end.
 *
 * A gateway that dies extends nothing, so that `holdTtl` bounds how long its holds stay open.
 */
export class HoldKeeper {
  readonly #deps: HoldKeeperDeps;
  /** When each is to be extended. */
  readonly #dueMs = new Map<string, number>();

  constructor(deps: HoldKeeperDeps) {
    this.#deps = deps;
  }

  begin(reservation: string): void {
    this.#dueMs.set(reservation, this.#nextMs());
  }

  /** The call is over, whatever becomes of its hold. */
  end(reservation: string): void {
    this.#dueMs.delete(reservation);
  }

  /** How often {@link extendDue} is to be called. */
  get everyMs(): number {
    return Math.min(this.#deps.holdTtlMs / 8, MAX_TICK_MS);
  }

  /** Extends those that are due. Resolves when the ledger has answered; never rejects. */
  async extendDue(): Promise<void> {
    const nowMs = this.#deps.monotonicMs();
    const due = [...this.#dueMs].filter(([, dueMs]) => dueMs <= nowMs);
    await Promise.all(due.map(([reservation]) => this.#extend(reservation)));
  }

  async #extend(reservation: string): Promise<void> {
    const { ledger, holdTtlMs, log } = this.#deps;
    // While this is under way, the next round leaves it alone.
    this.#dueMs.set(reservation, this.#nextMs());
    try {
      const outcome = await ledger.extend({ reservation, ttlMs: holdTtlMs });
      if (outcome.status === 'extended' || !this.#dueMs.has(reservation)) return;
      log.warn(
        { reservation, reason: outcome.reason },
        'the hold of an open call was not extended',
      );
      // A paused account can be resumed before the deadline.
      if (outcome.reason === 'account_paused') this.#again(reservation);
      else this.end(reservation);
    } catch (error) {
      const reason = error instanceof LedgerUnavailable ? error.reason : String(error);
      log.warn({ reservation, reason }, 'the hold of an open call could not be extended yet');
      this.#again(reservation);
    }
  }

  /** At the next round, if the call is still open by then. */
  #again(reservation: string): void {
    if (this.#dueMs.has(reservation)) this.#dueMs.set(reservation, this.#deps.monotonicMs());
  }

  #nextMs(): number {
    return this.#deps.monotonicMs() + this.#deps.holdTtlMs / 2;
  }
}

/** @returns stops it, and waits for the round under way */
export function startKeeping(keeper: HoldKeeper): () => Promise<void> {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = keeper.extendDue();
  }, keeper.everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
