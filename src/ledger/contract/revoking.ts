import type { RootUnknown } from './standing.js';

/** Revoked macaroons of one root that have not expired. */
export const MAX_REVOKED_MACAROONS = 1_000;

export interface RevokedMacaroon {
  /** 32 lowercase hex digits: a one-way hash of its signature (`src/macaroon/fingerprint.ts`). */
  readonly fingerprint: string;
  /** From then on it need not be remembered, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** All macaroons of one root that are revoked, and have not expired when the last one was. */
export interface Revocations {
  /** As which change of the root the last one was revoked: it rises with each. 0 for none. */
  readonly number: number;
  readonly macaroons: readonly RevokedMacaroon[];
}

/**
 * Whoever asks has seen other revocations of the root than the store has: it compares the macaroon's
 * chain with these, and asks again with their number. Nothing has changed.
 */
export interface RevocationsDiffer {
  readonly status: 'refused';
  readonly reason: 'revocations_differ';
  /** The root. */
  readonly account: string;
  readonly number: number;
  readonly fingerprints: readonly string[];
}

/** Revokes one macaroon, and so all that were attenuated from it. Its account stays as it is. */
export interface RevokeMacaroonRequest {
  /** `tenant/rootId`. */
  readonly root: string;
  /** 32 lowercase hex digits. */
  readonly fingerprint: string;
  /** When the macaroon expires, in milliseconds since 1970; the root's own expiry unless given. */
  readonly expiresAtMs?: number;
  /** Who asks, for the journal: 1 to 128 characters. */
  readonly actor: string;
}

export type RevokeMacaroonOutcome =
  | {
      readonly status: 'done';
      /** It was revoked already, until then or later, and nothing has changed. */
      readonly replayed: boolean;
      /** Until when it is remembered: its expiry, at most the root's. */
      readonly expiresAtMs: number;
    }
  | RootUnknown
  | {
      readonly status: 'refused';
      readonly reason: /** It is refused already: it has expired, or the root has. */
        | 'expired'
        /** The root has {@link MAX_REVOKED_MACAROONS} that have not expired. */
        | 'too_many_revocations';
    };
