import { MAX_TOP_UPS, type TopUpOutcome, type TopUpRequest } from '../contract.js';
import { accountAndAncestors, reservationOf } from '../ids.js';
import { neverCharged, withParts } from './counters.js';
import { Draft } from './draft.js';
import type { AppliedTopUp, Decision, Records } from './records.js';
import { type Clocks, timeOf } from './time.js';
import { ROOT_UNKNOWN } from './views.js';

/**
 * Raises the first limit of a unit at one account, once for each id (DESIGN §3, rule 9). The limits
 * above it stay as they are. No cap on accounts stops it.
 */
export function topUp(
  records: Records,
  { account, unit, micros, id, actor }: TopUpRequest,
  clocks: Clocks,
): Decision<TopUpOutcome> {
  const rootName = accountAndAncestors(account)[0] ?? '';
  const root = records.root(rootName);
  if (root === undefined) return { outcome: ROOT_UNKNOWN, changes: [] };
  const state = records.account(account) ?? neverCharged(account);
  const reservation = reservationOf(rootName, id);
  const known = records.hold(reservation);
  if (known !== undefined) {
    const same =
      known.state === 'topped_up' &&
      known.account === account &&
      known.unit === unit &&
      known.micros === micros;
    if (!same) return refuse('id_conflict');
    const { toppedUp } = state;
    return { outcome: { status: 'topped_up', toppedUp, replayed: true }, changes: [] };
  }
  if (state.standing === 'revoked' || state.standing === 'closed') return refuse('final');
  if (records.topUps(rootName) >= MAX_TOP_UPS) return refuse('too_many_top_ups');
  const by = (state.toppedUp[unit] ?? 0) + micros;
  const minted = root.genesis.limits.find((limit) => limit.unit === unit)?.limitMicros ?? 0;
  const lowest = account === rootName ? minted : 0;
  if (by > Number.MAX_SAFE_INTEGER - lowest) return refuse('amount_overflow');

  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  const toppedUp = { ...state.toppedUp, [unit]: by };
  const hold: AppliedTopUp = {
    state: 'topped_up',
    reservation,
    account,
    unit,
    micros,
    finishedAtMs: draft.nowMs,
  };
  const entry = { ...draft.next(), kind: 'topped_up' as const, account, id, unit, micros, actor };
  draft.draw({ accounts: [withParts(state, { toppedUp })], hold, entry });
  return { outcome: { status: 'topped_up', toppedUp, replayed: false }, changes: draft.changes };
}

type Reason = Exclude<
  Extract<TopUpOutcome, { readonly status: 'refused' }>['reason'],
  'root_unknown'
>;

function refuse(reason: Reason): Decision<TopUpOutcome> {
  return { outcome: { status: 'refused', reason }, changes: [] };
}
