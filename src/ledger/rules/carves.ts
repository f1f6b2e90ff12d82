import { UNITS } from '../../money/units.js';
import type { AccountLimits, AccountState, Carve, JournalEntry, SetAside } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { climb, type NewCarves, NO_MOVE } from './climb.js';
import { neverCharged } from './counters.js';
import { Draft } from './draft.js';
import type { CarveRef, Change, Records, RootRecord } from './records.js';
import { type Clocks, timeOf } from './time.js';

/** What a path asks to be set aside beyond what is, and the carve-outs of those accounts with it. */
export interface Raise {
  readonly carves: NewCarves;
  readonly setAside: readonly SetAside[];
}

const NO_CARVES: AccountState['carves'] = {};
const NOTHING_RAISED: Raise = { carves: new Map(), setAside: [] };

/**
 * DESIGN §3, rule 4: a carved limit is set aside as the macaroon says it, never less than before
 * and never for less long; until its end, or the root's own expiry. A top-up is not set aside.
 */
export function raiseOf(
  path: readonly { readonly state: AccountState; readonly presented: AccountLimits }[],
  { genesis }: RootRecord,
): Raise {
  if (path.every(({ presented }) => !presented.limits.some(({ carved }) => carved))) {
    return NOTHING_RAISED;
  }
  const carves = new Map<string, AccountState['carves']>();
  const setAside: SetAside[] = [];
  for (const { state, presented } of path) {
    for (const { unit, limitMicros, carved } of presented.limits) {
      // Nothing set aside is nothing to remember.
      if (!carved || limitMicros === 0) continue;
      const before: Carve | undefined = state.carves[unit];
      const end = Math.min(presented.carveEndsMs ?? 0, genesis.expiresAtMs);
      const amountMicros = Math.max(before?.amountMicros ?? 0, limitMicros);
      const endMs = Math.max(before?.endMs ?? 0, end);
      if (before?.amountMicros === amountMicros && before.endMs === endMs) continue;
      const { account } = state;
      const others = carves.get(account) ?? state.carves;
      carves.set(account, { ...others, [unit]: { amountMicros, endMs } });
      setAside.push({ account, unit, amountMicros, endMs });
    }
  }
  return { carves, setAside };
}

/** Whether something is still set aside for one of these accounts although its end has come. */
export function anyPastEnd(states: readonly (AccountState | undefined)[], nowMs: number): boolean {
  const isPast = (carve: Carve | undefined) => carve !== undefined && carve.endMs <= nowMs;
  return states.some((state) => {
    const { credits, usd, tokens, calls } = state?.carves ?? NO_CARVES;
    return isPast(credits) || isPast(usd) || isPast(tokens) || isPast(calls);
  });
}

/**
 * Ends what is set aside for accounts of a path although its end has come, before they are charged
 * again. Answers how many that were.
 */
export function endPast(draft: Draft, states: readonly (AccountState | undefined)[]): number {
  let ended = 0;
  for (const state of states) {
    for (const unit of UNITS) {
      const endMs = state?.carves[unit]?.endMs;
      if (state === undefined || endMs === undefined || endMs > draft.nowMs) continue;
      if (endCarve(draft, { account: state.account, unit, endMs }, 'expired')) ended += 1;
    }
  }
  return ended;
}

type Cause = Extract<JournalEntry, { readonly kind: 'carve_ended' }>['cause'];

/**
 * Gives back what is set aside and neither spent nor held; open holds follow as they settle.
 * Answers false where it was given back before.
 */
export function endCarve(draft: Draft, { account, unit }: CarveRef, cause: Cause): boolean {
  const path = accountAndAncestors(account).map(
    (name) => draft.account(name) ?? neverCharged(name),
  );
  const { [unit]: carve, ...others } = path.at(-1)?.carves ?? {};
  if (carve === undefined) return false;
  const after = climb(path, NO_MOVE, new Map([[account, others]]));
  draft.draw({
    accounts: after.filter((state, level) => state !== path[level]),
    entry: {
      ...draft.next(),
      kind: 'carve_ended',
      account,
      unit,
      amountMicros: carve.amountMicros,
      cause,
    },
  });
  return true;
}

/** The end of one carve-out that a sweep has found due. */
export function expireCarve(
  records: Records,
  root: RootRecord,
  ref: CarveRef,
  clocks: Clocks,
): readonly Change[] {
  const draft = new Draft(records, root, timeOf(clocks, root.clockMs));
  endCarve(draft, ref, 'expired');
  return draft.changes;
}
