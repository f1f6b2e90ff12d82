import { LedgerUnavailable, type SharedState } from '../src/ledger/contract.js';
import { rootOfReservation } from '../src/ledger/ids.js';
import { Problem } from './api/problem.js';
import type { Leaving } from './leaving.js';
import { unavailableProblem } from './ledger-refusal.js';
import type { Log } from './logging.js';
import type { Metrics } from './metrics.js';
import { TurnQueue } from './turn-queue.js';

/** How often a call asks again for a place that another gateway may have given back. */
const ASK_AGAIN_MS = 200;

export interface UnknownNamesDeps {
  readonly shared: Pick<SharedState, 'enter' | 'leave' | 'refuseNames'>;
  /** Calls with unknown names that are under way in one root, over all gateways. */
  readonly unknownInFlight: number;
  readonly unknownWaitMs: number;
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** A call with names in its request that are on no list. */
export interface UnknownCall {
  readonly reservation: string;
  readonly names: readonly string[];
  /** The caller's. */
  readonly leaving: Leaving;
}

/**
 * Bounds what an unknown name can do at worst (docs/bounds.md): few calls with such names are under way
 * in a root at once, and a name that made a call dearer than its hold is refused from then on.
 */
export class UnknownNames {
  readonly #deps: UnknownNamesDeps;
  /** Who waits here for a place in a root, in the order in which they came. */
  readonly #queues = new Map<string, TurnQueue>();

  constructor(deps: UnknownNamesDeps) {
    this.#deps = deps;
  }

  /**
   * Waits for a place. It is over with the call's hold, or with {@link leave}.
   * @throws {Problem} `price_unknown` for a refused name, `too_many_unknown` when there is none in time
   */
  async enter(call: UnknownCall): Promise<void> {
    const { unknownWaitMs, monotonicMs } = this.#deps;
    const deadlineMs = monotonicMs() + unknownWaitMs;
    const root = rootOfReservation(call.reservation);
    const queue = this.#queues.get(root);
    if (queue === undefined && (await this.#ask(call))) return;
    await this.#waitFor(root, call, deadlineMs);
  }

  /** The call was not reserved. */
  leave(reservation: string): void {
    this.ended(reservation);
    this.#deps.shared.leave({ reservation }).catch((error: unknown) => {
      // The place is given back a minute later, without it.
      this.#deps.log.debug({ reason: String(error) }, 'a place of a call was not given back');
    });
  }

  /** The call's hold is over: whoever waits here may ask at once. */
  ended(reservation: string): void {
    this.#queues.get(rootOfReservation(reservation))?.wake();
  }

  /** The call was dearer than its hold: no other one is to be. */
  refuse(tenant: string, names: readonly string[], account: string, reservation: string): void {
    const { metrics, log, shared } = this.#deps;
    metrics.unknownNamesRefused.inc(names.length);
    log.error(
      { tenant, account, reservation, names },
      'a call with unknown names cost more than its hold: they are refused from now on',
    );
    shared.refuseNames({ tenant, names }).catch((error: unknown) => {
      log.error({ tenant, names, reason: String(error) }, 'the names could not be refused');
    });
  }

  async #waitFor(root: string, call: UnknownCall, deadlineMs: number): Promise<void> {
    const queue = this.#queues.get(root) ?? new TurnQueue();
    this.#queues.set(root, queue);
    const turn = queue.join();
    const gone = (): void => turn.interrupt();
    call.leaving.addEventListener('abort', gone);
    const timer = setTimeout(gone, Math.max(0, deadlineMs - this.#deps.monotonicMs()));
    if (call.leaving.aborted) gone();
    try {
      await turn.first;
      while (!turn.isInterrupted) {
        if (await this.#ask(call)) return;
        await turn.pause(ASK_AGAIN_MS);
      }
      throw call.leaving.aborted ? new Problem('client_left') : new Problem('too_many_unknown');
    } finally {
      clearTimeout(timer);
      call.leaving.removeEventListener('abort', gone);
      turn.done();
      if (queue.isEmpty) this.#queues.delete(root);
    }
  }

  /** @returns whether the call has a place */
  async #ask({ reservation, names }: UnknownCall): Promise<boolean> {
    const { shared, unknownInFlight } = this.#deps;
    try {
      const outcome = await shared.enter({ reservation, names, most: unknownInFlight });
      if (outcome.status === 'refused') throw refusedNames(outcome.names);
      return outcome.status === 'entered';
    } catch (error) {
      throw error instanceof LedgerUnavailable ? unavailableProblem(error) : error;
    }
  }
}

function refusedNames(names: readonly string[]): Problem {
  const [first = ''] = names;
  return new Problem('price_unknown', {
    message:
      `${names.join(', ')}: a call with this cost more than this gateway had foreseen. ` +
      'Leave it out, or ask the operator to list it under requests.',
    param: first,
  });
}
