import type { Vector } from '../../money/units.js';
import type { RevocationsDiffer } from './revoking.js';
import type { StandingRefusal } from './standing.js';

/**
 * Who ends or extends a hold. The gateway may do so with every hold, and is who asks where nobody
 * is named. A caller may with those of owner `caller` that were made by exactly this account.
 */
export type By =
  | { readonly kind: 'gateway' }
  | {
      readonly kind: 'caller';
      readonly account: string;
      /** As in a reservation. Looked at under the reservation's root alone. */
      readonly revocations?: number;
    };

/** What the upstream said of the call: for the journal. Both at most 256 characters. */
export interface Upstreamed {
  readonly requestId?: string;
  readonly model?: string;
}

export interface SettleRequest {
  readonly reservation: string;
  /** What it really cost. A unit that was held and is missing here is charged as held. */
  readonly cost: Vector;
  readonly by?: By;
  readonly upstream?: Upstreamed;
}

export interface ReleaseRequest {
  readonly reservation: string;
  readonly by?: By;
}

export interface ExtendRequest {
  readonly reservation: string;
  /** From now on; 1 s to 24 h. The hold never lives longer than MAX_TTL_MS in all. */
  readonly ttlMs: number;
  readonly by?: By;
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

/** In the order in which they are looked for. */
export type ResolveRefusal = {
  readonly status: 'refused';
  readonly reason:
    | 'root_unknown'
    /**
     * No hold of this id was ever made, or it was forgotten. A release by the gateway leaves a mark
     * instead; one by a caller does not, since anybody could fill the store with marks.
     */
    | 'reservation_unknown'
    /** By a caller: the hold is the gateway's, or another account's. Outside the same as unknown. */
    | 'not_owner'
    /**
     * It was resolved before in another way, or with another cost. So is a release at or past the
     * deadline: the hold is presumed spent by then, swept or not.
     */
    | 'already_resolved'
    /** By a caller: a cost above what was granted in some unit. */
    | 'above_hold';
};

/** Of a caller, {@link RevocationsDiffer} comes right behind `root_unknown`. */
export type ResolveOutcome = Resolved | ResolveRefusal | RevocationsDiffer;

export interface Extended {
  readonly status: 'extended';
  /** Never earlier than it was. */
  readonly deadlineMs: number;
}

/** In the order in which they are looked for. */
export type ExtendRefusal =
  | {
      readonly status: 'refused';
      readonly reason:
        | 'root_unknown'
        | 'reservation_unknown'
        | 'not_owner'
        /** It was settled or released, or its deadline has passed. */
        | 'already_resolved'
        /** At or after the root's own expiry. */
        | 'expired';
    }
  | { readonly status: 'refused'; readonly reason: StandingRefusal; readonly account: string };

/** As {@link ResolveOutcome}. */
export type ExtendOutcome = Extended | ExtendRefusal | RevocationsDiffer;
