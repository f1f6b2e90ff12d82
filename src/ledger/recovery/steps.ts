import type { Vector } from '../../money/units.js';
import type { AccountState, TrackedWindow } from '../contract.js';
import type { Restriction, RevocationEvidence, TopUpEvidence } from './evidence.js';

/** What the store has of one root. */
export interface StoredRoot {
  /** Its last change; where a recovery broke off, the last before that one began, or -1. */
  readonly sequence: number;
  /** A recovery of it was broken off. */
  readonly isUnfinished: boolean;
  readonly accounts: ReadonlyMap<string, AccountState>;
  readonly holds: ReadonlyMap<string, StoredHold>;
  /** Its revoked macaroons: until when each is remembered, by its fingerprint. */
  readonly revocations: ReadonlyMap<string, number>;
}

export interface StoredHold {
  readonly state: 'open' | 'presumed_spent' | 'finished';
  readonly account: string;
  readonly granted: Vector;
}

export type Step =
  | {
      readonly kind: 'charge';
      readonly reservation: string;
      readonly account: string;
      readonly cost: Vector;
      readonly presumed: boolean;
      readonly windows: readonly TrackedWindow[];
    }
  | { readonly kind: 'settle'; readonly reservation: string; readonly cost: Vector }
  | { readonly kind: 'release' | 'presume'; readonly reservation: string }
  | ({ readonly kind: 'topup' } & TopUpEvidence)
  | ({ readonly kind: 'macaroon' } & RevocationEvidence)
  | {
      readonly kind: 'standing';
      readonly account: string;
      readonly standing: Restriction | 'open';
      readonly actor: string;
    };

/** What changes at one account, by itself and by those below it. */
export interface AccountChange {
  /** By how much its spending rises; in micro-units. It falls where less was spent than was presumed. */
  readonly spentMore: Vector;
  /** Holds that were open in the store and end. */
  readonly holdsEnded: number;
}

/** What a plan needs to know beside the evidence. */
export interface PlanTimes {
  /** By the store's clock: charges count in the windows that they were made in. */
  readonly nowMs: number;
  /** For how long the store keeps a hold that has ended. */
  readonly retainMs: number;
}
