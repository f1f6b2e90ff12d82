import type { ActivateOutcome, ActivateRefusal, ActivateRequest } from '../contract.js';
import { refusalOf } from './admit.js';
import { anyPastEnd, endPast, raiseOf } from './carves.js';
import { climb, NO_MOVE } from './climb.js';
import { endDue } from './closing.js';
import { withParts } from './counters.js';
import { Draft } from './draft.js';
import { boundPath, limitStates, statesOf } from './limits.js';
import type { Caps, Decision, Records } from './records.js';
import { revocationsDiffer } from './revocations.js';
import { accountsRefusal } from './shares.js';
import { notOpen } from './standing.js';
import { type Clocks, isBelieved, timeOf } from './time.js';

/**
 * Sets aside what the carved limits of a path ask for, all of it or nothing (DESIGN §3, rule 4). No
 * call is made, so no window is touched, and limits that this takes nothing of are not asked.
 */
export function activate(
  records: Records,
  { kid, path, expiresAtMs, revocations }: ActivateRequest,
  clocks: Clocks,
  caps: Caps,
): Decision<ActivateOutcome> {
  const rootName = path[0]?.account ?? '';
  const leaf = path.at(-1)?.account ?? '';
  const root = records.root(rootName);
  if (root === undefined) return refuse('root_unknown', rootName);
  if (!isBelieved(clocks)) return refuse('clock_ahead', rootName);
  const nowMs = timeOf(clocks, root.clockMs);
  const differ = revocationsDiffer(root, revocations);
  if (differ !== undefined) return { outcome: differ, changes: [] };
  if (kid !== root.genesis.kid) return refuse('kid_mismatch', rootName);
  if (nowMs >= Math.min(expiresAtMs, root.genesis.expiresAtMs)) return refuse('expired', leaf);
  const stored = path.map(({ account }) => records.account(account));
  const barred = notOpen(stored);
  if (barred !== undefined) return refuse(barred.reason, barred.account);

  const draft = new Draft(records, root, nowMs);
  const present = stored.filter((state) => state !== undefined);
  if (anyPastEnd(present, nowMs)) endPast(draft, present);
  let outcome = setAside(draft, path, caps);
  const poor = outcome.status === 'refused' && outcome.reason === 'budget_exhausted';
  if (poor && endDue(draft) > 0) outcome = setAside(draft, path, caps);
  return { outcome, changes: draft.changes };
}

function setAside(draft: Draft, asked: ActivateRequest['path'], caps: Caps): ActivateOutcome {
  const root = draft.root();
  const path = boundPath(draft, asked, root, draft.nowMs);
  const raise = raiseOf(path, root);
  if (raise.setAside.length === 0) {
    return { status: 'activated', limits: limitStates(path), replayed: true };
  }
  // What lies below the last account that is carved for stays as it is, stored or not.
  const deepest = path.findLastIndex(({ state }) => raise.carves.has(state.account));
  const upper = path.slice(0, deepest + 1);
  const before = upper.map(({ state }) => draft.account(state.account));
  const crowded = accountsRefusal(upper, caps);
  if (crowded !== undefined) return { status: 'refused', ...crowded };
  const refusal = refusalOf(upper, {}, raise.carves);
  if (refusal !== undefined) return refusal;

  const climbed = climb(statesOf(upper), NO_MOVE, raise.carves);
  const accounts = climbed.map((state, level) =>
    withParts(state, {
      // Windows begin with a call.
      windows: before[level]?.windows ?? [],
      limitsLastSeen: asked[level]?.limits ?? [],
    }),
  );
  const account = asked.at(-1)?.account ?? '';
  const { setAside } = raise;
  draft.draw({ accounts, entry: { ...draft.next(), kind: 'activated', account, setAside } });
  const after = boundPath(draft, asked, root, draft.nowMs);
  return { status: 'activated', limits: limitStates(after), replayed: false };
}

function refuse(
  reason: Exclude<ActivateRefusal['reason'], 'budget_exhausted' | 'revocations_differ'>,
  account: string,
): Decision<ActivateOutcome> {
  return { outcome: { status: 'refused', reason, account }, changes: [] };
}
