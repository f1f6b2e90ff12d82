import type { ControlAction, ControlOutcome, ControlRequest, Standing } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { endCarve } from './carves.js';
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
 * Revoking and closing give back what is set aside at the account and below it, all in this step.
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
  giveBack(draft, account, action);
  const outcome = { status: 'done' as const, replayed: false, before, after };
  return { outcome, changes: draft.changes };
}

function giveBack(draft: Draft, account: string, action: ControlAction): void {
  if (action !== 'revoke' && action !== 'close') return;
  for (const ref of draft.carvesBelow(account)) endCarve(draft, ref, AFTER[action]);
}
