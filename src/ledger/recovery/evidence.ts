import type { Unit, Vector } from '../../money/units.js';
import type {
  AcknowledgedOperation,
  Genesis,
  JournalEntry,
  Mark,
  ResolvedEntry,
  TrackedWindow,
} from '../contract.js';

/** What is known of one hold, from whoever saw something of it. */
export interface HoldEvidence {
  readonly reservation: string;
  /** The leaf of its path; undefined where only its end was seen. */
  account?: string;
  granted?: Vector;
  /** What it really cost, once somebody said so. */
  charged?: Vector;
  released?: boolean;
  /** When it was made; 0 where that is not known. */
  timeMs: number;
  /**
   * The last change of its root that was about it, where the journal tells. What a recovery gave back
   * is journaled a second time.
   */
  lastAs?: number;
  /** When it ended, where the journal tells. */
  endedAtMs?: number;
}

export interface TopUpEvidence {
  readonly account: string;
  readonly id: string;
  readonly unit: Unit;
  readonly micros: number;
  readonly actor: string;
  /** As which change, and when, where the journal tells. */
  readonly sequence?: number;
  readonly timeMs?: number;
}

/** A macaroon of the root that was revoked. */
export interface RevocationEvidence {
  readonly fingerprint: string;
  readonly expiresAtMs: number;
  readonly actor: string;
}

export type Restriction = 'paused' | 'revoked' | 'closed';

/** What is known of how one account stands. */
export interface StandingEvidence {
  /** What was said last of all that has a number among the root's changes. */
  last?: StandingWord;
  /** It is revoked or closed, which is for good, whoever says what later. */
  final?: StandingWord;
  /** A pause of which nobody knows when it was. */
  undated?: StandingWord;
}

export interface StandingWord {
  readonly standing: Restriction | 'open';
  readonly actor: string;
  /** As which change of the root, where that is known. */
  readonly sequence: number | undefined;
}

/**
 * Everything that is known of one root beside the store: the union, by the ids of operations, of its
 * journal and of what gateways noted. The same again, from another source, adds nothing.
 */
export class RootEvidence {
  genesis: Genesis | undefined;
  readonly holds = new Map<string, HoldEvidence>();
  readonly topUps = new Map<string, TopUpEvidence>();
  /** By the macaroon's fingerprint, the longest. */
  readonly revocations = new Map<string, RevocationEvidence>();
  readonly standings = new Map<string, StandingEvidence>();
  /** By account: the windows in which it counts. */
  readonly windows = new Map<string, TrackedWindow[]>();
  /** An entry of its journal was found. */
  isJournaled = false;
  /** The last change that any entry or mark tells of; -1 for none. */
  lastSequence = -1;

  /** The last change of it that a gateway saw acknowledged. */
  addMark({ sequence }: Mark): void {
    this.lastSequence = Math.max(this.lastSequence, sequence);
  }

  /** An entry of the journal, in the journal's order; the same again adds nothing. */
  addEntry(entry: JournalEntry): void {
    this.isJournaled = true;
    this.lastSequence = Math.max(this.lastSequence, entry.sequence);
    switch (entry.kind) {
      case 'opened':
        this.genesis ??= entry.genesis;
        break;
      case 'held': {
        const { reservation, account, granted, timeMs, sequence, tracked } = entry;
        const hold = this.#hold(reservation);
        hold.lastAs = Math.max(hold.lastAs ?? 0, sequence);
        hold.account = account;
        hold.granted = granted;
        // Given back by a recovery, it was made before.
        if (hold.timeMs === 0) hold.timeMs = timeMs;
        for (const window of tracked) this.#track(window);
        break;
      }
      case 'settled':
      case 'corrected':
      case 'released':
      case 'presumed_spent':
        this.#end(entry);
        break;
      case 'paused':
      case 'revoked':
      case 'closed':
      case 'resumed':
        this.#stand(entry, entry.kind === 'resumed' ? 'open' : entry.kind);
        break;
      case 'macaroon_revoked':
        this.#revoke(entry);
        break;
      case 'topped_up':
        this.topUps.set(entry.id, entry);
        break;
      case 'extended':
      case 'activated':
      case 'carve_ended':
        // A deadline is over by now; what is set aside is not spent, and is set aside again on use.
        break;
    }
  }

  /** What a gateway noted. */
  addNoted(operation: AcknowledgedOperation): void {
    switch (operation.kind) {
      case 'opened':
        this.genesis ??= operation.genesis;
        break;
      case 'held': {
        const { reservation, account, granted, timeMs, windows = [] } = operation;
        const hold = this.#hold(reservation);
        hold.account ??= account;
        hold.granted ??= granted;
        if (hold.timeMs === 0) hold.timeMs = timeMs;
        for (const window of windows) this.#track(window);
        break;
      }
      case 'settled':
        this.#hold(operation.reservation).charged ??= operation.charged;
        break;
      case 'released':
        this.#hold(operation.reservation).released = true;
        break;
      case 'macaroon_revoked':
        this.#revoke(operation);
        break;
      case 'topped_up':
        if (!this.topUps.has(operation.id)) this.topUps.set(operation.id, operation);
        break;
      case 'pause':
        this.#stand(operation, 'paused');
        break;
      case 'resume':
        this.#stand(operation, 'open');
        break;
      case 'revoke':
        this.#stand(operation, 'revoked');
        break;
      case 'close':
        this.#stand(operation, 'closed');
        break;
    }
  }

  #revoke({ fingerprint, expiresAtMs, actor }: RevocationEvidence): void {
    const known = this.revocations.get(fingerprint);
    if (known !== undefined && known.expiresAtMs >= expiresAtMs) return;
    this.revocations.set(fingerprint, { fingerprint, expiresAtMs, actor });
  }

  #end({ kind, reservation, account, granted, charged, timeMs, sequence }: ResolvedEntry): void {
    const hold = this.#hold(reservation);
    hold.lastAs = Math.max(hold.lastAs ?? 0, sequence);
    hold.account ??= account;
    hold.granted ??= granted;
    hold.endedAtMs = Math.max(hold.endedAtMs ?? 0, timeMs);
    if (kind === 'released') hold.released = true;
    else if (kind !== 'presumed_spent') hold.charged = charged;
  }

  #hold(reservation: string): HoldEvidence {
    const known = this.holds.get(reservation);
    if (known !== undefined) return known;
    const hold: HoldEvidence = { reservation, timeMs: 0 };
    this.holds.set(reservation, hold);
    return hold;
  }

  /** Whoever says it, and in whatever order: the number of the change decides which was the last word. */
  #stand(
    {
      account,
      actor,
      sequence,
    }: { readonly account: string; readonly actor: string; readonly sequence?: number },
    standing: Restriction | 'open',
  ): void {
    const its = this.standings.get(account) ?? {};
    this.standings.set(account, its);
    const word = { standing, actor, sequence };
    if (standing === 'revoked' || standing === 'closed') its.final ??= word;
    else if (sequence === undefined) {
      if (standing === 'paused') its.undated ??= word;
    } else {
      this.lastSequence = Math.max(this.lastSequence, sequence);
      if (sequence > (its.last?.sequence ?? -1)) its.last = word;
    }
  }

  #track(window: TrackedWindow): void {
    const known = this.windows.get(window.account) ?? [];
    if (known.some(({ unit, window: its }) => unit === window.unit && its === window.window))
      return;
    this.windows.set(window.account, [...known, window]);
  }
}
