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

/** A hold that is kept. Who began it hands it back when the call is over. */
export interface KeptHold {
  readonly reservation: string;
  /** When it is to be extended. */
  dueMs: number;
  /** Where in the list it stands; {@link NOT_KEPT} once it is over. */
  place: number;
}

const NOT_KEPT = -1;

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
  /**
   * In no order. Each knows its place, and the last one takes the place of one that is over: a map that is
   * written to and deleted from with each call is made anew again and again, and its old ones outlive
   * collections.
   */
  readonly #kept: KeptHold[] = [];

  constructor(deps: HoldKeeperDeps) {
    this.#deps = deps;
  }

  begin(reservation: string): KeptHold {
    const hold = { reservation, dueMs: this.#nextMs(), place: this.#kept.length };
    this.#kept.push(hold);
    return hold;
  }

  /** The call is over, whatever becomes of its hold. The second time, nothing happens. */
  end(hold: KeptHold): void {
    if (hold.place === NOT_KEPT) return;
    const last = this.#kept.pop();
    if (last !== undefined && last !== hold) {
      last.place = hold.place;
      this.#kept[hold.place] = last;
    }
    hold.place = NOT_KEPT;
  }

  /** How often {@link extendDue} is to be called. */
  get everyMs(): number {
    return Math.min(this.#deps.holdTtlMs / 8, MAX_TICK_MS);
  }

  /** Extends those that are due. Resolves when the ledger has answered; never rejects. */
  async extendDue(): Promise<void> {
    const nowMs = this.#deps.monotonicMs();
    const due = this.#kept.filter(({ dueMs }) => dueMs <= nowMs);
    await Promise.all(due.map((hold) => this.#extend(hold)));
  }

  async #extend(hold: KeptHold): Promise<void> {
    const { ledger, holdTtlMs, log } = this.#deps;
    const { reservation } = hold;
    // While this is under way, the next round leaves it alone.
    hold.dueMs = this.#nextMs();
    try {
      const outcome = await ledger.extend({ reservation, ttlMs: holdTtlMs });
      if (outcome.status === 'extended' || hold.place === NOT_KEPT) return;
      log.warn(
        { reservation, reason: outcome.reason },
        'the hold of an open call was not extended',
      );
      // A paused account can be resumed before the deadline.
      if (outcome.reason === 'account_paused') this.#again(hold);
      else this.end(hold);
    } catch (error) {
      const reason = error instanceof LedgerUnavailable ? error.reason : String(error);
      log.warn({ reservation, reason }, 'the hold of an open call could not be extended yet');
      this.#again(hold);
    }
  }

  /** At the next round, if the call is still open by then. */
  #again(hold: KeptHold): void {
    hold.dueMs = this.#deps.monotonicMs();
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
