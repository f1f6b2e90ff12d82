import type { Unit, Vector } from '../../money/units.js';
import type { TrackedWindow } from './journal.js';
import type { ControlAction } from './operating.js';
import type { Genesis } from './reserving.js';

/** A root's last change that a gateway saw acknowledged: DESIGN §3, rule 8. */
export interface Mark {
  readonly sequence: number;
  /** 16 hex digits that no two calls have in common; `-` from an engine that has none. */
  readonly nonce: string;
}

/** The last that a gateway saw of a tenant as a whole, whichever gateway changed it. */
export interface TenantMark {
  /** The number of the journal's last entry, and what the call was that told it. */
  readonly version: Mark;
  /** How many times a gateway had registered in the epoch. */
  readonly registrations: number;
}

/** What a gateway saw acknowledged, in the words of the journal, as far as its answer tells them. */
export type AcknowledgedOperation =
  | { readonly kind: 'opened'; readonly genesis: Genesis }
  | {
      readonly kind: 'held';
      readonly reservation: string;
      /** The leaf of its path. */
      readonly account: string;
      readonly granted: Vector;
      /** By the store's clock, in milliseconds since 1970. */
      readonly timeMs: number;
      /** The windows of the limits that were presented, if any. */
      readonly windows?: readonly TrackedWindow[];
    }
  | { readonly kind: 'settled'; readonly reservation: string; readonly charged: Vector }
  | { readonly kind: 'released'; readonly reservation: string }
  | {
      readonly kind: ControlAction;
      readonly account: string;
      readonly actor: string;
      /** As which change of the root; undefined of what was so already, and where it was not told. */
      readonly sequence?: number;
    }
  | {
      readonly kind: 'macaroon_revoked';
      /** The root. */
      readonly account: string;
      readonly fingerprint: string;
      readonly expiresAtMs: number;
      readonly actor: string;
    }
  | {
      readonly kind: 'topped_up';
      readonly account: string;
      readonly id: string;
      readonly unit: Unit;
      readonly micros: number;
      readonly actor: string;
    };

/**
 * A gateway's memory of what the store acknowledged, against which the store is held. Taking note
 * never waits: what is kept on a disk gets there a moment later.
 */
export interface MarkKeeper {
  /** The name under which this gateway registers in a tenant; without one it does not. */
  readonly gateway: string | undefined;
  markOf(root: string): Mark | undefined;
  /** All marks of one tenant's roots. */
  marksOf(tenant: string): readonly (readonly [root: string, mark: Mark])[];
  /** Takes note of an answer; they may come in another order than the changes were made. */
  acknowledge(root: string, mark: Mark): void;
  /** Undefined where nothing was seen in this epoch. */
  tenantMarkOf(tenant: string): TenantMark | undefined;
  /** Takes note of an answer, in whatever order they come: of each part the latest is kept. */
  acknowledgeTenant(tenant: string, mark: TenantMark): void;
  note(operation: AcknowledgedOperation): void;
  /** The tenants in which this gateway is registered. */
  registered(): readonly string[];
  /** In which epoch of the tenant it registered. */
  epochOf(tenant: string): number | undefined;
  /**
   * Registered from now on, which is on the disk when this answers. Another epoch than before means
   * that the store was recovered, and what was known of it is forgotten.
   */
  register(tenant: string, epoch: number): Promise<void>;
  /**
   * All that was acknowledged before has an entry in the journal up to `last`, and the entries up to
   * `drained` are safe elsewhere: their operations need not be kept any more.
   */
  journalIsAt(tenant: string, last: number, drained: number): void;
  /** Why nothing can be taken note of any more: then nothing may be asked of the store either. */
  failure(): string | undefined;
}
