/**
 * What every ledger engine does, whatever it stores in. The rules are DESIGN §3; the suite that
 * holds each engine to them is `test/ledger/contract.ts`.
 *
 * An operation *answers* with an outcome, refusals included: a refusal is a decision of the
 * ledger, made in the same atomic step as everything else, and it has changed nothing. It *throws*
 * a {@link LedgerUnavailable} when no decision is known: the operation may or may not have
 * happened, and is safe to send again with the same id. It throws a {@link LedgerInputError} for a
 * request that no caller may make, before anything is read.
 */
import type { Limit, Micros, Unit, Vector, Window } from '../money/units.js';

/** A root account, written once, at mint. Never changes (DESIGN §2: facts about the macaroon). */
export interface Genesis {
  readonly tenant: string;
  /** The 32 hex digits of the macaroon's identifier. */
  readonly rootId: string;
  /** The ring key under which it was minted. A reservation that names another is refused. */
  readonly kid: string;
  readonly holder: string;
  /** Hold beside the ones in the macaroon: a leaked root key can't raise a live root. */
  readonly limits: readonly Limit[];
  readonly expiresAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** One account of the path that a call charges, with the limits its macaroon carries. */
export interface AccountLimits {
  /** `tenant/rootId` for the root, then one `/holder` a level. */
  readonly account: string;
  readonly limits: readonly Limit[];
}

/**
 * What a call costs: at step 0 `least`, at step `steps` `most`, and between them
 * `least + ceil((most − least) × k / steps)` in each unit. The ledger grants the largest step that
 * fits every limit of the path. A fixed price has `steps` 0 and `most` equal to `least`.
 *
 * Both vectors name the same units. `calls` is always among them. (most − least) × steps stays
 * below 2^53 in each unit, so that the division is exact.
 */
export interface CostRange {
  readonly least: Vector;
  readonly most: Vector;
  readonly steps: number;
}

export interface ReserveRequest {
  /** `r1.<tenant>.<rootId>.<32 hex digits>`, see {@link newReservationId}. */
  readonly reservation: string;
  readonly kid: string;
  /** Root first; each account is its predecessor plus one `/holder`. 1 to 16 of them. */
  readonly path: readonly AccountLimits[];
  readonly cost: CostRange;
  /** The earliest expiry that the macaroon carries. Compared with the store's clock. */
  readonly expiresAtMs: number;
  /** How long the hold may stay open before it is presumed spent; 1 s to 24 h. */
  readonly ttlMs: number;
}

/** Spent and held so far, for life, in every unit that was ever known. */
export type Counters = Readonly<Record<Unit, { readonly spent: Micros; readonly held: Micros }>>;

/** One limit as it stands. */
export interface LimitState {
  readonly account: string;
  readonly unit: Unit;
  readonly window: Window;
  readonly limitMicros: Micros;
  readonly spentMicros: Micros;
  readonly heldMicros: Micros;
  /** limit − spent − held, and 0 where that is negative. */
  readonly remainingMicros: Micros;
}

export interface Held {
  readonly status: 'held';
  /** The step granted, 0 to `steps`, and its cost. */
  readonly step: number;
  readonly granted: Vector;
  readonly deadlineMs: number;
  /**
   * Every limit of the path after this hold, root first, each account's in the order presented;
   * the root's genesis limits follow its presented ones, equal ones included.
   */
  readonly limits: readonly LimitState[];
  readonly labels: Readonly<Record<string, string>>;
  /**
   * The hold was there already: the same step, cost and deadline again, and nothing was added.
   * `limits` are as they stand now.
   */
  readonly replayed: boolean;
}

/**
 * The refusals of `reserve`, in the order in which they are looked for.
 *
 * `account` is the one with the limit for `unit_unknown` and `budget_exhausted` (the nearest to
 * the root, and there the first in the order of {@link Held.limits}), the one with the counter for
 * `amount_overflow` (likewise the nearest), the leaf for `id_conflict`, `already_resolved` and
 * `expired`, and the root for all others.
 */
export type ReserveRefusal =
  /** The ledger has no such root: never opened here, or the store has lost state. */
  | { readonly status: 'refused'; readonly reason: 'root_unknown'; readonly account: string }
  /** The store's clock is more than {@link MAX_CLOCK_LEAD_MS} ahead of the gateway's. */
  | { readonly status: 'refused'; readonly reason: 'clock_ahead'; readonly account: string }
  /** A hold of this id is open, for another leaf account, least, most or steps. */
  | { readonly status: 'refused'; readonly reason: 'id_conflict'; readonly account: string }
  /**
   * The reservation was settled, released, or presumed spent before, whatever it was for. A hold
   * past its deadline is presumed spent, whether a sweep has seen it yet or not.
   */
  | { readonly status: 'refused'; readonly reason: 'already_resolved'; readonly account: string }
  /** The root was minted under another ring key. */
  | { readonly status: 'refused'; readonly reason: 'kid_mismatch'; readonly account: string }
  /** At or after the request's expiry or the root's own, whichever is earlier. */
  | { readonly status: 'refused'; readonly reason: 'expired'; readonly account: string }
  /** A limit on the path is in a unit in which this call's cost is not known. */
  | {
      readonly status: 'refused';
      readonly reason: 'unit_unknown';
      readonly account: string;
      readonly unit: Unit;
    }
  | { readonly status: 'refused'; readonly reason: 'too_many_accounts'; readonly account: string }
  | { readonly status: 'refused'; readonly reason: 'too_many_holds'; readonly account: string }
  /** Spent + held + least would reach 2^53 somewhere. A grant stops below that by itself. */
  | { readonly status: 'refused'; readonly reason: 'amount_overflow'; readonly account: string }
  /** `limit` is the one nearest the root that even the least cost does not fit. */
  | {
      readonly status: 'refused';
      readonly reason: 'budget_exhausted';
      readonly account: string;
      readonly limit: LimitState;
      readonly requiredMicros: Micros;
    };

export type ReserveOutcome = Held | ReserveRefusal;

export interface SettleRequest {
  readonly reservation: string;
  /** What it really cost. A unit that was held and is missing here is charged as held. */
  readonly cost: Vector;
}

export interface ReleaseRequest {
  readonly reservation: string;
}

export type Resolved = {
  readonly status: 'settled' | 'released';
  /**
   * What was charged: in each unit the actual cost, or what was held where that is not given. For
   * a release, zero in all four units.
   */
  readonly charged: Vector;
  readonly replayed: boolean;
};

export type ResolveRefusal = {
  readonly status: 'refused';
  readonly reason:
    | 'root_unknown'
    /** Settle only: no hold of this id was ever made. (A release leaves a mark instead.) */
    | 'reservation_unknown'
    /**
     * It was resolved before in another way, or with another cost. So is a release at or past the
     * deadline: the hold is presumed spent by then, swept or not.
     */
    | 'already_resolved'
    | 'amount_overflow';
};

export type ResolveOutcome = Resolved | ResolveRefusal;

export type OpenOutcome =
  | { readonly status: 'opened'; readonly replayed: boolean }
  /** The id is taken by a root with another content. */
  | { readonly status: 'refused'; readonly reason: 'root_conflict' };

export interface AccountState {
  readonly account: string;
  readonly counters: Counters;
  /**
   * The limits presented by the last reservation that made a hold here: for display, never for a
   * decision.
   */
  readonly limitsLastSeen: readonly Limit[];
}

export interface BalanceOutcome {
  readonly status: 'found';
  readonly genesis: Genesis;
  /** Root first, down to the account asked for. One never charged has zero counters. */
  readonly path: readonly AccountState[];
}

export interface TreeOutcome {
  readonly status: 'found';
  readonly genesis: Genesis;
  /** The account asked for, then those below it in the order of their names' bytes. */
  readonly accounts: readonly AccountState[];
  /** There were more than `maxAccounts`. */
  readonly truncated: boolean;
}

export interface RootUnknown {
  readonly status: 'refused';
  readonly reason: 'root_unknown';
}

export interface TreeRequest {
  readonly account: string;
  /** Levels below the account; all by default. */
  readonly depth?: number;
  /** At most so many accounts in the answer; 10,000 by default. */
  readonly maxAccounts?: number;
}

export interface RootState {
  readonly genesis: Genesis;
  readonly state: AccountState;
}

export interface SweepOutcome {
  /** Holds past their deadline that are now presumed spent. */
  readonly presumedSpent: number;
  /** Finished holds that were kept long enough and have left. */
  readonly forgotten: number;
  /** More was due than one batch takes. */
  readonly more: boolean;
}

export interface Ledger {
  /** Makes a root account, once. The same content again is a replay. */
  openRoot(genesis: Genesis): Promise<OpenOutcome>;
  /** Holds the cost on every account of the path, or on none. */
  reserve(request: ReserveRequest): Promise<ReserveOutcome>;
  /**
   * Charges what it cost, above the hold too (DESIGN §3, rule 7), and frees the rest. After the
   * hold was presumed spent, one settle corrects the charge.
   */
  settle(request: SettleRequest): Promise<ResolveOutcome>;
  /** Gives the whole hold back. An id never seen is marked, so that it can't be reserved later. */
  release(request: ReleaseRequest): Promise<ResolveOutcome>;
  balance(account: string): Promise<BalanceOutcome | RootUnknown>;
  tree(request: TreeRequest): Promise<TreeOutcome | RootUnknown>;
  /** Every root that the store knows, ordered by tenant and id, at most `max`. */
  roots(max: number): Promise<readonly RootState[]>;
  /** One batch of what is due in one tenant. Any number of gateways may do it at once. */
  sweep(tenant: string, batch: number): Promise<SweepOutcome>;
  /** The tenants that have roots. */
  tenants(): Promise<readonly string[]>;
  /** Answers when the store can take a reservation now. Throws {@link LedgerUnavailable}. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What an engine is told when it is opened. */
export interface LedgerOptions {
  /** No answer within this time is a {@link LedgerUnavailable}. */
  readonly timeoutMs: number;
  /** The gateway's own clock, in milliseconds since 1970. The store's is the one that decides. */
  readonly clock: () => number;
  /** How long a finished hold is kept, so that a repeat of it is recognised. */
  readonly retainMs: number;
  /** Accounts ever charged under one root, itself included. */
  readonly maxAccountsPerRoot: number;
  /** Open holds under one root. */
  readonly maxHoldsPerRoot: number;
}

export const LEDGER_DEFAULTS = {
  timeoutMs: 1_000,
  // Far beyond any retry of the same id, and short enough that a busy root's record stays small.
  retainMs: 3_600_000,
  maxAccountsPerRoot: 1_000_000,
  maxHoldsPerRoot: 100_000,
} as const;

export const MAX_PATH = 16;
export const MIN_TTL_MS = 1_000;
export const MAX_TTL_MS = 24 * 3_600_000;
/** A store's clock further ahead of the gateway's than this is not believed (DESIGN §3, rule 10). */
export const MAX_CLOCK_LEAD_MS = 5 * 60_000;

/** Why no decision is known. `reason` is for logs and metrics; callers only learn 503. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
  readonly reason: 'deadline' | 'disconnected' | 'store_error' | 'closed';
  constructor(reason: LedgerUnavailable['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The request itself is malformed: names the field, what was found, what was expected. */
export class LedgerInputError extends Error {
  override readonly name = 'LedgerInputError';
}
