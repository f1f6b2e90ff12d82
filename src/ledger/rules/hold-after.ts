import type { HeldEntry, JournalEntry, ResolvedEntry } from '../contract.js';
import { reservationOf } from '../ids.js';
import type { FinishedHold, HoldRecord, OpenHold } from './records.js';
import { finish, marked } from './resolve.js';

/**
 * The record that a change left, told from its entry: whoever has the entry need not keep the record too.
 * Undefined for an entry that is about none.
 * @param recordOf as it was before the change
 * @throws {Error} where the entry needs a record before it that is not there, or is of no known kind
 */
export function holdAfter(
  entry: JournalEntry,
  recordOf: (reservation: string) => HoldRecord | undefined,
): HoldRecord | undefined {
  switch (entry.kind) {
    case 'held':
      return heldBy(entry);
    case 'settled':
    case 'released':
    case 'presumed_spent':
    case 'corrected':
      return resolvedBy(entry, recordOf(entry.reservation));
    case 'extended': {
      const { reservation, deadlineMs } = entry;
      const before = recordOf(reservation);
      if (before?.state !== 'held') throw notThere(entry.kind, reservation, before);
      return { ...before, deadlineMs };
    }
    case 'topped_up': {
      const { root, account, id, unit, micros, timeMs: finishedAtMs } = entry;
      const reservation = reservationOf(root, id);
      return { state: 'topped_up', reservation, account, unit, micros, finishedAtMs };
    }
    case 'opened':
    case 'activated':
    case 'carve_ended':
    case 'paused':
    case 'resumed':
    case 'revoked':
    case 'macaroon_revoked':
    case 'closed':
      return undefined;
    default:
      throw unknownKind(entry);
  }
}

function unknownKind(entry: never): Error {
  return new Error(`journal: found ${JSON.stringify(entry)}, expected an entry of a known kind`);
}

/** All of a hold that is not its entry's own. */
export function heldBy(entry: HeldEntry): OpenHold {
  const { kind, root, timeMs: createdMs, range, tracked, setAside, ...rest } = entry;
  const { granted } = entry;
  const { cost, step } = range ?? { cost: { least: granted, most: granted, steps: 0 }, step: 0 };
  return { state: 'held', ...rest, createdMs, cost, step };
}

function resolvedBy(entry: ResolvedEntry, before: HoldRecord | undefined): FinishedHold {
  const { kind, reservation, account, charged, timeMs, sequence } = entry;
  if (before === undefined && kind === 'released') {
    return marked(reservation, account, { timeMs, sequence });
  }
  if (before === undefined || before.state === 'topped_up') {
    throw notThere(kind, reservation, before);
  }
  return finish(before, kind === 'corrected' ? 'settled' : kind, charged, timeMs);
}

function notThere(kind: string, reservation: string, before: HoldRecord | undefined): Error {
  const found = before?.state ?? 'nothing';
  return new Error(`journal: found ${kind} of ${reservation}, which was ${found} before`);
}
