import type { Micros, Unit, Vector } from '../../money/units.js';
import type { JournalHead } from './draining.js';
import type { CallAbout, CostRange, Genesis, HoldOwner } from './reserving.js';
import type { By, Upstreamed } from './resolving.js';
import type { WindowState } from './views.js';

/** What every entry says. */
interface EntryHead {
  /** `tenant/rootId`. */
  readonly root: string;
  /**
   * Of the root's changes: 0 for `opened`, then without gaps. A root that was opened again by a recovery
   * goes on after the last that anybody knew of it.
   */
  readonly sequence: number;
  /** In milliseconds since 1970, by the store's clock. Never less than the root's entry before. */
  readonly timeMs: number;
  /** What it is about: for a hold, the leaf of its path. */
  readonly account: string;
}

/** A row of windows in which an account counts from this change on. */
export interface TrackedWindow extends Pick<WindowState, 'unit' | 'window'> {
  readonly account: string;
}

/** A carve-out as it stands from this change on. */
export interface SetAside {
  readonly account: string;
  readonly unit: Unit;
  readonly amountMicros: Micros;
  readonly endMs: number;
}

export interface HeldEntry extends EntryHead {
  readonly kind: 'held';
  readonly reservation: string;
  readonly owner: HoldOwner;
  readonly granted: Vector;
  /** The range and the step granted, where the price was not fixed. */
  readonly range?: { readonly cost: CostRange; readonly step: number };
  readonly deadlineMs: number;
  readonly fingerprint?: string;
  readonly about?: CallAbout;
  /** Empty but for an account's first reservation with a limit of that unit and window. */
  readonly tracked: readonly TrackedWindow[];
  /** What this reservation set aside, or raised. */
  readonly setAside: readonly SetAside[];
}

export interface ResolvedEntry extends EntryHead {
  readonly kind:
    | 'settled'
    /** Also the mark of an id never seen: then nothing was granted. */
    | 'released'
    | 'presumed_spent'
    /** Settled after it was presumed spent: `charged` is what counts, instead of `granted`. */
    | 'corrected';
  readonly reservation: string;
  readonly granted: Vector;
  readonly charged: Vector;
  /** `ledger`: a sweep. */
  readonly by: By['kind'] | 'ledger';
  /** What the hold was for, again, so that spending can be told from these entries alone. */
  readonly about?: CallAbout;
  readonly upstream?: Upstreamed;
}

export interface ExtendedEntry extends EntryHead {
  readonly kind: 'extended';
  readonly reservation: string;
  readonly deadlineMs: number;
  readonly by: By['kind'];
}

/**
 * One change of the ledger. The entries of a root, in order, rebuild its accounts and its open
 * holds (`foldJournal`): all but the limits last seen, which decide nothing.
 */
export type JournalEntry =
  | (EntryHead & { readonly kind: 'opened'; readonly genesis: Genesis })
  | HeldEntry
  | ResolvedEntry
  | ExtendedEntry
  | (EntryHead & { readonly kind: 'activated'; readonly setAside: readonly SetAside[] })
  | (EntryHead & {
      readonly kind: 'carve_ended';
      readonly unit: Unit;
      readonly amountMicros: Micros;
      readonly cause: 'expired' | 'revoked' | 'closed';
    })
  | (EntryHead & {
      readonly kind: 'paused' | 'resumed' | 'revoked' | 'closed';
      readonly actor: string;
    })
  | (EntryHead & {
      readonly kind: 'macaroon_revoked';
      /** Of its signature, one-way. The entry's account is the root. */
      readonly fingerprint: string;
      /** Until then it is remembered. */
      readonly expiresAtMs: number;
      readonly actor: string;
    })
  | (EntryHead & {
      readonly kind: 'topped_up';
      readonly id: string;
      readonly unit: Unit;
      readonly micros: Micros;
      readonly actor: string;
    });

export interface JournalRequest {
  readonly tenant: string;
  /** Entries with greater numbers; 0 for all. */
  readonly after: number;
  /** At most so many, 1 to {@link MAX_JOURNAL_PAGE}. */
  readonly max: number;
}

/** Where a tenant's journal stands. */
export interface JournalStanding {
  /** What the next entry of this tenant will be numbered. */
  readonly nextNumber: number;
  /** Entries up to this one are no longer here; 0 if all are. */
  readonly trimmedThrough: number;
  /** How far it has been drained. */
  readonly head: JournalHead;
}

export interface JournalPage extends JournalStanding {
  /** In the order of their numbers: 1, 2, 3 … of a tenant, without gaps. */
  readonly entries: readonly { readonly number: number; readonly entry: JournalEntry }[];
}

/** The same entries as texts, for who moves them elsewhere and reads none. */
export interface JournalTextPage extends JournalStanding {
  /** The number of the first of them; of the next entry to come, where there are none. */
  readonly first: number;
  /** Each in canonical JSON (`../journal/canonical.ts`), in the order of their numbers, without gaps. */
  readonly texts: readonly string[];
}

export interface TrimRequest {
  readonly tenant: string;
  /** Entries up to this one leave. What lies past the head is not trimmed. */
  readonly through: number;
}

export const MAX_JOURNAL_PAGE = 10_000;
