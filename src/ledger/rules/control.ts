import type { ControlOutcome, ControlRequest, Standing } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { ENDED_AT_ONCE, endBelow } from './closing.js';
import { neverCharged, withParts } from './counters.js';
import { Draft } from './draft.js';
import type { Decision, Records } from './records.js';
import { type Clocks, timeOf } from './time.js';
import { ROOT_UNKNOWN } from './views.js';

const AFTER = { pause: 'paused', resume: 'open', revoke: 'revoked', close: 'closed' } as const;
const KINDS = { pause: 'paused', resume: 'resumed', revoke: 'revoked', close: 'closed' } as const;

/**
 * An operator's word on an account (DESIGN §3, rule 9). It is stored there alone, and every
 * reservation below meets it on its path. No cap on accounts stops it.
 *
 * From this step on, nothing that is revoked or closed takes anything more. What is open there and below
 * ends with it as far as one step can, and the rest in steps of a sweep (`closing.ts`).
 */
export function control(
  records: Records,
  { account, action, actor }: ControlRequest,
  clocks: Clocks,
): Decision<ControlOutcome> {
  const root = records.root(accountAndAncestors(account)[0] ?? '');
  if (root === undefined) return { outcome: ROOT_UNKNOWN, changes: [] };
  const state = records.account(account) ?? neverCharged(account);
  const before = state.standing;
  const after: Standing = AFTER[action];
  if (before === after) {
    return { outcome: { status: 'done', replayed: true, before, after }, changes: [] };
  }
  if (before === 'revoked' || before === 'closed') {
    return { outcome: { status: 'refused', reason: 'final', standing: before }, changes: [] };
  }
  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  const entry = { ...draft.next(), kind: KINDS[action], account, actor };
  draft.draw({ accounts: [withParts(state, { standing: after })], entry });
  if (after === 'revoked' || after === 'closed') endBelow(draft, account, ENDED_AT_ONCE);
  const outcome = { status: 'done' as const, replayed: false, before, after };
  return { outcome, changes: draft.changes };
}
