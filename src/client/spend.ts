import type { Hold, ReservationClient, Spend, Work } from './contract.js';

/** Thrown by a piece of work that certainly spent nothing: its hold is given back. */
export class NothingSpent extends Error {
  override readonly name = 'NothingSpent';
}

/** The work was done, and could not be charged: its hold is presumed spent at its deadline. */
export class NotSettled<T = unknown> extends Error {
  override readonly name = 'NotSettled';
  /** What the work made all the same. */
  readonly value: T;
  /** To be settled later with its cost, which corrects the charge. */
  readonly reservation: string;
  constructor(value: T, reservation: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the work was done, and ${reservation} could not be settled: ${reason}`, { cause });
    this.value = value;
    this.reservation = reservation;
  }
}

type Ends = Pick<ReservationClient, 'reserve' | 'settle' | 'release'>;

/**
 * Reserves, works, and ends the hold by what became of the work:
 *
 * - it came back: its cost is charged;
 * - it threw {@link NothingSpent}: the hold is released;
 * - it threw anything else: nobody knows what it spent, so all of the hold is charged. A release
 *   that is a guess would let the same money be spent twice.
 *
 * What the work threw is thrown on as it is. The end of a hold that could not be told to the gateway
 * is left to its deadline, which charges it.
 * @throws {NotSettled} when the work came back and could not be charged; and whatever `reserve` throws
 */
export function createSpend({ reserve, settle, release }: Ends): Spend {
  return async (request, work, options) => {
    const hold = await reserve(request, options);
    const { reservation } = hold;
    const done = await begin(work, hold).catch(async (error: unknown) => {
      const ended = error instanceof NothingSpent ? release(reservation) : settle(reservation);
      await ended.catch(() => undefined);
      throw error;
    });
    try {
      const { charged } = await settle(reservation, done.cost);
      return { value: done.value, reservation, charged };
    } catch (error) {
      throw new NotSettled(done.value, reservation, error);
    }
  };
}

/** In a function of its own, so that work that throws before it begins ends its hold as well. */
async function begin<T>(work: (hold: Hold) => Promise<Work<T>>, hold: Hold): Promise<Work<T>> {
  return work(hold);
}
