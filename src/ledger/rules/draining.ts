import {
  type JournalHead,
  type LeaseOutcome,
  type LeaseRequest,
  MAX_LEASE_MS,
  type MoveHeadOutcome,
  type MoveHeadRequest,
} from '../contract.js';

/** What a tenant's record says of the draining of its journal. */
export interface Draining {
  readonly head: JournalHead;
  /** The last one who had the lease; empty if nobody ever did, or it was given up. */
  readonly holder: string;
  readonly untilMs: number;
}

export const NOT_DRAINED: Draining = { head: { number: 0, hash: '' }, holder: '', untilMs: 0 };

/** An outcome, and what is to be stored; undefined: nothing has changed. */
export interface DrainingDecision<Outcome> {
  readonly outcome: Outcome;
  readonly after?: Draining;
}

/**
 * The lease keeps two from doing the same work. That the chain stays whole does not rest on it, and
 * so not on a clock: the head moves only from where its mover knows it to be.
 */
export function lease(
  before: Draining,
  { holder, ttlMs }: LeaseRequest,
  storeMs: number,
): DrainingDecision<LeaseOutcome> {
  const { untilMs } = before;
  const others = before.holder !== '' && before.holder !== holder;
  // One that seems to last longer than any may was given before the clock was put back.
  if (others && untilMs > storeMs && untilMs <= storeMs + MAX_LEASE_MS) {
    return { outcome: { status: 'refused', reason: 'taken', untilMs } };
  }
  if (ttlMs === 0) {
    return { outcome: { status: 'given_up' }, after: { ...before, holder: '', untilMs: 0 } };
  }
  return {
    outcome: { status: 'granted', head: before.head },
    after: { ...before, holder, untilMs: storeMs + ttlMs },
  };
}

/** @param lastNumber of the tenant's last entry; 0 if there is none. */
export function moveHead(
  before: Draining,
  { holder, from, to }: MoveHeadRequest,
  lastNumber: number,
): DrainingDecision<MoveHeadOutcome> {
  const refused = (reason: Extract<MoveHeadOutcome, { reason: unknown }>['reason']) =>
    ({ outcome: { status: 'refused', reason } }) as const;
  if (before.holder !== holder) return refused('not_holder');
  if (isSame(before.head, to)) return { outcome: { status: 'moved' } };
  if (!isSame(before.head, from)) return refused('head_moved');
  if (to.number > lastNumber) return refused('past_end');
  return { outcome: { status: 'moved' }, after: { ...before, head: to } };
}

function isSame(a: JournalHead, b: JournalHead): boolean {
  return a.number === b.number && a.hash === b.hash;
}
