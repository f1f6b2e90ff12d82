/** What a gateway said when it refused. */
export interface RefusalFacts {
  readonly status: number;
  /** One of docs/errors.md: `tool_not_allowed`, `reservation_unknown`, … */
  readonly code: string;
  readonly message: string;
  /** The request's field that is at fault. */
  readonly param: string | undefined;
  /** The account that refused. */
  readonly account: string | undefined;
  /** The reservation that it is about, where the gateway names one. */
  readonly reservation: string | undefined;
}

/** The gateway decided, and said no. To send the same again would change nothing. */
export class Refused extends Error {
  override readonly name: string = 'Refused';
  readonly status: number;
  readonly code: string;
  readonly param: string | undefined;
  readonly account: string | undefined;
  readonly reservation: string | undefined;
  constructor(facts: RefusalFacts) {
    super(facts.message);
    this.status = facts.status;
    this.code = facts.code;
    this.param = facts.param;
    this.account = facts.account;
    this.reservation = facts.reservation;
  }
}

/** The limit that a call does not fit, in whole `unit`s, as decimal text. */
export interface Shortfall {
  readonly unit: string;
  readonly remaining: string;
  /** What open calls hold of it for a moment: it may come back. */
  readonly held: string;
  readonly required: string;
  /** When a budget with a window begins anew, where that will help. */
  readonly resetsAt: Date | undefined;
}

/** 402: nothing is held. {@link Refused.account} names the account whose limit it was. */
export class BudgetExhausted extends Refused {
  override readonly name = 'BudgetExhausted';
  readonly unit: string;
  readonly remaining: string;
  readonly held: string;
  readonly required: string;
  readonly resetsAt: Date | undefined;
  constructor(facts: RefusalFacts, shortfall: Shortfall) {
    super(facts);
    this.unit = shortfall.unit;
    this.remaining = shortfall.remaining;
    this.held = shortfall.held;
    this.required = shortfall.required;
    this.resetsAt = shortfall.resetsAt;
  }
}

/** 409: it was settled, released or presumed spent before, and nothing is held for it. */
export class ReservationResolved extends Refused {
  override readonly name = 'ReservationResolved';
}

/**
 * No decision is known, after every try: nobody answered, or no gateway did, or its ledger could not
 * be asked. What was sent may have been done.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** The reservation, where it is known. */
  readonly reservation: string | undefined;
  /** Sent again with this key, a reservation finds the hold that was made. */
  readonly idempotencyKey: string | undefined;
  constructor(
    message: string,
    known: {
      readonly reservation?: string | undefined;
      readonly idempotencyKey?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: known.cause });
    this.reservation = known.reservation;
    this.idempotencyKey = known.idempotencyKey;
  }
}
