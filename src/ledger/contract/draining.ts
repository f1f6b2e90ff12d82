/**
 * How a tenant's journal leaves the store: one process at a time has its lease, writes entries to a
 * durable place, moves the head past them, and only then may they be trimmed.
 */

/** How far a journal has been drained, and the hash by which what was drained ends. */
export interface JournalHead {
  /** Entries up to this one are elsewhere, durably. 0: none yet. */
  readonly number: number;
  /** Of that entry, 64 lowercase hex digits (`../journal/chain.ts`); empty for number 0. */
  readonly hash: string;
}

export interface LeaseRequest {
  readonly tenant: string;
  /** Who asks: 1 to 64 of [A-Za-z0-9._-], and no two processes the same. */
  readonly holder: string;
  /** From now on, by the store's clock: 1 s to 5 min; or 0 to give it up. */
  readonly ttlMs: number;
}

export type LeaseOutcome =
  | { readonly status: 'granted'; readonly head: JournalHead }
  /** It was the holder's, or nobody's, and is nobody's now. */
  | { readonly status: 'given_up' }
  /** Another has it until then, if it does not ask again. */
  | { readonly status: 'refused'; readonly reason: 'taken'; readonly untilMs: number };

export interface MoveHeadRequest {
  readonly tenant: string;
  readonly holder: string;
  /** Where the head is now, as the holder knows it. */
  readonly from: JournalHead;
  /** What lies up to here has been written and synced. */
  readonly to: JournalHead;
}

export type MoveHeadOutcome =
  /** It is at `to`; it may have been there before. */
  | { readonly status: 'moved' }
  | {
      readonly status: 'refused';
      /** In the order in which they are looked for. */
      readonly reason:
        | /** Another has had the lease since, whether or not it still does. */ 'not_holder'
        /** It is neither at `from` nor at `to`. */
        | 'head_moved'
        /** `to` is past the last entry: what was written there is not of this journal. */
        | 'past_end';
    };

export const MIN_LEASE_MS = 1_000;
export const MAX_LEASE_MS = 5 * 60_000;
