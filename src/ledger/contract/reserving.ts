import type { Limit, Micros, Unit, Vector, Window } from '../../money/units.js';
import type { RevocationsDiffer } from './revoking.js';
import type { StandingRefusal } from './standing.js';

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
  /**
   * Where one of the limits is carved, and only there needed: when it goes back, in milliseconds
   * since 1970. That is the earliest `expires` in the chain before the next `holder`, and so never
   * before the request's own expiry.
   */
  readonly carveEndsMs?: number;
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

/**
 * What a call is for, as its gateway or its caller says. It is journaled as claimed, and decides
 * nothing.
 */
export interface CallAbout {
  /** The model or tool, 1 to 256 characters. */
  readonly name: string;
  /** At most 64 characters. */
  readonly route?: string;
  /** At most 16, of at most 64 characters each, name and value. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Who may end a hold: the gateway that dispatches the call, or the account that asked for it. */
export type HoldOwner = 'gateway' | 'caller';

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
  readonly owner: HoldOwner;
  readonly about?: CallAbout;
  /** Of what was asked, at most 64 characters: the same id with another one is an id_conflict. */
  readonly fingerprint?: string;
  /** The number of the root's revocations that the macaroon was compared with; 0 for none, unless given. */
  readonly revocations?: number;
}

/** One limit as it stands. */
export interface LimitState {
  readonly account: string;
  readonly unit: Unit;
  readonly window: Window;
  /** The macaroon's, or the genesis', with what was topped up: at most 2^53 − 1. */
  readonly limitMicros: Micros;
  /** For life, or in the current window: there since a limit of it was first presented. */
  readonly spentMicros: Micros;
  /**
   * Open holds, and for a limit for life also what is set aside for carved accounts below beyond
   * what they use.
   */
  readonly heldMicros: Micros;
  /** limit − spent − held, and 0 where that is negative. */
  readonly remainingMicros: Micros;
  /** When the window ends, in milliseconds since 1970; absent for a limit for life. */
  readonly resetsAtMs?: number;
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
 * `amount_overflow` (likewise the nearest), the one that was paused, revoked or closed (likewise),
 * the leaf for `id_conflict`, `already_resolved` and
 * `expired`, and the root for all others.
 */
export type ReserveRefusal =
  /** The ledger has no such root: never opened here, or the store has lost state. */
  | { readonly status: 'refused'; readonly reason: 'root_unknown'; readonly account: string }
  /** The store's clock is more than {@link MAX_CLOCK_LEAD_MS} ahead of the gateway's. */
  | { readonly status: 'refused'; readonly reason: 'clock_ahead'; readonly account: string }
  | RevocationsDiffer
  /**
   * A hold of this id is open, for another leaf account, least, most, steps, owner or fingerprint;
   * or it was resolved, and had another fingerprint; or a top-up has it.
   */
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
  /** An account of the path was paused, revoked or closed by an operator. */
  | {
      readonly status: 'refused';
      readonly reason: StandingRefusal;
      readonly account: string;
    }
  /** A limit on the path is in a unit in which this call's cost is not known. */
  | {
      readonly status: 'refused';
      readonly reason: 'unit_unknown';
      readonly account: string;
      readonly unit: Unit;
    }
  | { readonly status: 'refused'; readonly reason: 'too_many_accounts'; readonly account: string }
  | { readonly status: 'refused'; readonly reason: 'too_many_holds'; readonly account: string }
  /**
   * `limit` is the one nearest the root that even the least cost does not fit, and `requiredMicros`
   * what it would have to take: the least cost itself, or for a limit for life the part of it that
   * no carve-out below has set aside already, with what a new carve-out needs.
   */
  | {
      readonly status: 'refused';
      readonly reason: 'budget_exhausted';
      readonly account: string;
      readonly limit: LimitState;
      readonly requiredMicros: Micros;
    };

export type ReserveOutcome = Held | ReserveRefusal;
