import type { Micros, Unit, Vector } from '../../money/units.js';
import type { AccountLimits, LimitState, ReserveRefusal } from './reserving.js';
import type { RootUnknown, Standing, StandingRefusal } from './standing.js';

export interface ActivateRequest {
  readonly kid: string;
  /** As for a reservation. */
  readonly path: readonly AccountLimits[];
  /** The earliest expiry that the macaroon carries. Compared with the store's clock. */
  readonly expiresAtMs: number;
  /** As for a reservation. */
  readonly revocations?: number;
}

export interface Activated {
  readonly status: 'activated';
  /** As {@link Held.limits}. */
  readonly limits: readonly LimitState[];
  /** All that the path asks for was set aside already, and nothing has changed. */
  readonly replayed: boolean;
}

/** Those of a reservation that can occur without a hold and a cost. */
export type ActivateRefusal = Extract<
  ReserveRefusal,
  {
    readonly reason:
      | 'root_unknown'
      | 'clock_ahead'
      | 'revocations_differ'
      | 'kid_mismatch'
      | 'expired'
      | StandingRefusal
      | 'too_many_accounts'
      | 'budget_exhausted';
  }
>;

export type ActivateOutcome = Activated | ActivateRefusal;

/**
 * `pause` and `resume` go back and forth. `revoke` and `close` are final, and give back what is set
 * aside at the account and below; they differ in what callers are told.
 */
export type ControlAction = 'pause' | 'resume' | 'revoke' | 'close';

export interface ControlRequest {
  /** Charged before or not. */
  readonly account: string;
  readonly action: ControlAction;
  /** Who asks, for the journal: 1 to 128 characters. */
  readonly actor: string;
}

export type ControlOutcome =
  | {
      readonly status: 'done';
      /** It was so already, and nothing has changed. */
      readonly replayed: boolean;
      readonly before: Standing;
      readonly after: Standing;
    }
  | RootUnknown
  /** It is revoked or closed, for good. */
  | { readonly status: 'refused'; readonly reason: 'final'; readonly standing: Standing };

/**
 * Raises the account's first limit of a unit, in the order of the macaroon that is presented, and
 * at the root the genesis' first one too. It raises no amount that is set aside.
 */
export interface TopUpRequest {
  readonly account: string;
  readonly unit: Unit;
  /** 1 or more. */
  readonly micros: Micros;
  /** 32 lowercase hex digits. The same again is a replay, for as long as the root is kept. */
  readonly id: string;
  /** Who asks, for the journal: 1 to 128 characters. */
  readonly actor: string;
}

/** Top-ups of one root and all accounts below it, ever. */
export const MAX_TOP_UPS = 10_000;

export type TopUpOutcome =
  | {
      readonly status: 'topped_up';
      /** All top-ups of the account, as they stand now. */
      readonly toppedUp: Vector;
      readonly replayed: boolean;
    }
  | RootUnknown
  | {
      readonly status: 'refused';
      readonly reason: /** The id was used for another top-up, or is a reservation's. */
        | 'id_conflict'
        /** The account is revoked or closed. */
        | 'final'
        /** The root has {@link MAX_TOP_UPS}: no id of it is ever forgotten. */
        | 'too_many_top_ups'
        /** Its top-ups, at the root with the genesis' limit, would reach 2^53. */
        | 'amount_overflow';
    };
