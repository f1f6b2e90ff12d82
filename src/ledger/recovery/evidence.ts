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

export type Restriction = 'paused' | 'revoked' | 'closed';

/**
 * Everything that is known of one root beside the store: the union, by the ids of operations, of its
 * journal and of what gateways noted. The same again, from another source, adds nothing.
 */
export class RootEvidence {
  genesis: Genesis | undefined;
  readonly holds = new Map<string, HoldEvidence>();
  readonly topUps = new Map<string, TopUpEvidence>();
  /** The last that was said, of each account; what was ended by `resume` is left out. */
  readonly standings = new Map<
    string,
    { standing: Restriction | 'open'; actor: string; sequence?: number }
  >();
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
        this.#stand(
          entry.account,
          entry.kind === 'resumed' ? 'open' : entry.kind,
          entry.actor,
          entry.sequence,
        );
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
      case 'topped_up':
        if (!this.topUps.has(operation.id)) this.topUps.set(operation.id, operation);
        break;
      case 'pause':
        this.#stand(operation.account, 'paused', operation.actor);
        break;
      case 'resume':
        this.#stand(operation.account, 'open', operation.actor);
        break;
      case 'revoke':
        this.#stand(operation.account, 'revoked', operation.actor);
        break;
      case 'close':
        this.#stand(operation.account, 'closed', operation.actor);
        break;
    }
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

  /** `revoked` and `closed` are final, whoever says what later. */
  #stand(account: string, standing: Restriction | 'open', actor: string, sequence?: number): void {
    const before = this.standings.get(account)?.standing;
    if (before === 'revoked' || before === 'closed') return;
    this.standings.set(account, { standing, actor, ...(sequence !== undefined && { sequence }) });
  }

  #track(window: TrackedWindow): void {
    const known = this.windows.get(window.account) ?? [];
    if (known.some(({ unit, window: its }) => unit === window.unit && its === window.window))
      return;
    this.windows.set(window.account, [...known, window]);
  }
}
