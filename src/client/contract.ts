import type { Amounts, WrittenAmounts } from './amounts.js';

/** What is to be paid for: one tool, or one model, by the name that the gateway's prices have. */
export type ReserveRequest = (
  | { readonly tool: string; readonly model?: undefined }
  | { readonly model: string; readonly tool?: undefined }
) &
  WrittenAmounts & {
    /** How long the hold may stay open: `90s`, `15m`; 1 s to 24 h. The gateway's own by default. */
    readonly ttl?: string;
    /** For attribution: journaled as claimed, never used to decide. */
    readonly tags?: Readonly<Record<string, string>>;
  };

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ReserveOptions extends CallOptions {
  /**
   * One for each piece of work, kept with it: after a crash the same key finds the hold that was
   * made. A new one by default, which covers the retries of this call alone.
   */
  readonly idempotencyKey?: string;
}

/** Money that is set aside, until it is settled, released, or past its deadline. */
export interface Hold {
  readonly reservation: string;
  readonly account: string;
  /** The price of the name at the least. */
  readonly held: Amounts;
  /** From then on all of it is presumed spent. */
  readonly deadline: Date;
}

export interface Settled {
  readonly reservation: string;
  readonly charged: Amounts;
}

export interface ReservationClient {
  /**
   * Holds money before it is spent.
   * @throws {BudgetExhausted | ReservationResolved | Refused | Unavailable}
   */
  reserve(request: ReserveRequest, options?: ReserveOptions): Promise<Hold>;
  /**
   * Charges what it cost, at most what is held, and frees the rest. A unit that is not named is
   * charged as it is held.
   * @throws {ReservationResolved | Refused | Unavailable}
   */
  settle(reservation: string, cost?: WrittenAmounts, options?: CallOptions): Promise<Settled>;
  /**
   * Gives all of it back: only where nothing was spent.
   * @throws {ReservationResolved | Refused | Unavailable}
   */
  release(reservation: string, options?: CallOptions): Promise<void>;
  /**
   * Moves the deadline to `ttl` from now, never back, at most 24 h after the hold was made.
   * @throws {ReservationResolved | Refused | Unavailable}
   */
  extend(reservation: string, ttl?: string, options?: CallOptions): Promise<Date>;
  /** Reserves, works, and settles or releases. */
  readonly spend: Spend;
}

/** What a piece of work made, and what it cost. */
export interface Work<T> {
  readonly value: T;
  /** At most what is held. A unit that is not named costs what is held of it. */
  readonly cost?: WrittenAmounts;
}

export interface Spent<T> {
  readonly value: T;
  readonly reservation: string;
  readonly charged: Amounts;
}

export type Spend = <T>(
  request: ReserveRequest,
  work: (hold: Hold) => Promise<Work<T>>,
  options?: ReserveOptions,
) => Promise<Spent<T>>;
