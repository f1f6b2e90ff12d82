import {
  type ExtendOutcome,
  type ExtendRefusal,
  type ExtendRequest,
  MAX_TTL_MS,
} from '../contract.js';
import { accountAndAncestors, rootOfReservation } from '../ids.js';
import { Draft } from './draft.js';
import { isOwner } from './owner.js';
import type { Decision, Records } from './records.js';
import { callersDiffer } from './revocations.js';
import { notOpen } from './standing.js';
import { type Clocks, timeOf } from './time.js';

/**
 * Moves the deadline of an open hold on: to `ttlMs` from now, at most MAX_TTL_MS after it was made,
 * and never back (DESIGN §3, rule 6).
 */
export function extend(
  records: Records,
  { reservation, ttlMs, by }: ExtendRequest,
  clocks: Clocks,
): Decision<ExtendOutcome> {
  const root = records.root(rootOfReservation(reservation));
  if (root === undefined) return refuse('root_unknown');
  const differ = callersDiffer(root, by);
  if (differ !== undefined) return { outcome: differ, changes: [] };
  const nowMs = timeOf(clocks, root.clockMs);
  const hold = records.hold(reservation);
  if (hold === undefined || hold.state === 'topped_up') return refuse('reservation_unknown');
  if (!isOwner(hold, by)) return refuse('not_owner');
  if (hold.state !== 'held' || hold.deadlineMs <= nowMs) return refuse('already_resolved');
  if (nowMs >= root.genesis.expiresAtMs) return refuse('expired');
  const barred = notOpen(accountAndAncestors(hold.account).map((name) => records.account(name)));
  if (barred !== undefined) return { outcome: { status: 'refused', ...barred }, changes: [] };

  const latest = Math.min(nowMs + ttlMs, hold.createdMs + MAX_TTL_MS);
  if (latest <= hold.deadlineMs) {
    return { outcome: { status: 'extended', deadlineMs: hold.deadlineMs }, changes: [] };
  }
  const draft = new Draft(records, root, nowMs);
  const { account } = hold;
  draft.draw({
    hold: { ...hold, deadlineMs: latest },
    entry: {
      ...draft.next(),
      kind: 'extended',
      account,
      reservation,
      deadlineMs: latest,
      by: by?.kind ?? 'gateway',
    },
  });
  return { outcome: { status: 'extended', deadlineMs: latest }, changes: draft.changes };
}

type PlainReason = Exclude<ExtendRefusal, { readonly account: string }>['reason'];

function refuse(reason: PlainReason): Decision<ExtendOutcome> {
  return { outcome: { status: 'refused', reason }, changes: [] };
}
