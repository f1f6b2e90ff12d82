import { rootName } from '../ids.js';
import { endCarve } from './carves.js';
import { Draft } from './draft.js';
import type { Change, Records, RootRecord } from './records.js';
import { presume } from './resolve.js';
import { type Clocks, timeOf } from './time.js';

/**
 * At most so many carve-outs and holds end in one decision, beside the one asked for. A child can set
 * aside a hundred thousand amounts that all end at one moment, or with one word of the operator: nobody
 * waits for more than these.
 */
export const ENDED_AT_ONCE = 200;

/** What one step has ended at a revoked or closed account and below it. */
export interface EndedBelow {
  readonly holds: number;
  readonly carves: number;
  /** How many were looked at: what bounds a step. */
  readonly looked: number;
  /** Nothing of it is left, and nothing can come: no reservation passes the account. */
  readonly isDone: boolean;
}

/**
 * Ends, at a revoked or closed account and below it, the holds that callers made for themselves, whose
 * outcome is unknown and so presumed spent, and gives back what is set aside; at most `max` in all.
 * The gateway's own holds end by themselves. Done again, it goes on where it was: what has ended is
 * not found again.
 */
export function endBelow(draft: Draft, account: string, max: number): EndedBelow {
  const cause = draft.account(account)?.standing;
  if (cause !== 'revoked' && cause !== 'closed') {
    return { holds: 0, carves: 0, looked: 0, isDone: true };
  }
  const reservations = draft.callerHoldsBelow(account, max);
  let holds = 0;
  for (const reservation of reservations) {
    const hold = draft.hold(reservation);
    if (hold?.state !== 'held') continue;
    presume(draft, hold);
    holds += 1;
  }
  const left = max - reservations.length;
  const refs = left === 0 ? [] : draft.carvesBelow(account, left);
  const carves = refs.filter((ref) => endCarve(draft, ref, cause)).length;
  const looked = reservations.length + refs.length;
  return { holds, carves, looked, isDone: looked < max };
}

/**
 * Ends what is due under the draft's root, at most {@link ENDED_AT_ONCE}: first what revoked and closed
 * accounts have left, then carve-outs past their end. Answers how many. What is left is the sweep's, or
 * the next one's who lacks it.
 */
export function endDue(draft: Draft): number {
  const root = rootName(draft.root().genesis);
  let left = ENDED_AT_ONCE;
  let ended = 0;
  for (const account of draft.closings(root, ENDED_AT_ONCE)) {
    if (left === 0) break;
    const { holds, carves, looked } = endBelow(draft, account, left);
    left -= looked;
    ended += holds + carves;
  }
  const due = left === 0 ? [] : draft.carvesDue(root, draft.nowMs, left);
  return ended + due.filter((ref) => endCarve(draft, ref, 'expired')).length;
}

/** One step of a sweep at one revoked or closed account. */
export function sweepBelow(
  records: Records,
  root: RootRecord,
  account: string,
  { clocks, max }: { readonly clocks: Clocks; readonly max: number },
): EndedBelow & { readonly changes: readonly Change[] } {
  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  return { ...endBelow(draft, account, max), changes: draft.changes };
}
