import { WINDOWS, type Window } from '../../money/units.js';
import type { Genesis } from '../contract.js';
import type { RootEvidence } from './evidence.js';
import { Planner } from './planner.js';
import type { AccountChange, PlanTimes, Step, StoredRoot } from './steps.js';

export interface RootPlan {
  readonly root: string;
  /** The store does not have it: it is opened again. */
  readonly opens: { readonly genesis: Genesis } | undefined;
  /**
   * The last change that anybody knows of it, or -1: what is done to it, now and later, has greater numbers,
   * so that no two changes have one number, and the greatest has the last word.
   */
  readonly after: number;
  /** Its numbers begin again before that one. */
  readonly isBehind: boolean;
  readonly steps: readonly Step[];
  readonly changes: ReadonlyMap<string, AccountChange>;
  /** What could not be told, or is left as it is. */
  readonly problem?: string;
}

/**
 * What has to be done to one root so that its spending is the union by operation id of what the store
 * has and of what else is known, and no hold is open. Decides nothing that costs an account less than
 * anybody knows it to have cost.
 */
export function planRoot(
  root: string,
  stored: StoredRoot | undefined,
  evidence: RootEvidence,
  times: PlanTimes,
): RootPlan {
  if (stored === undefined && evidence.genesis === undefined) {
    const problem = evidence.isJournaled
      ? 'its journal begins after it was minted, and how it was minted is not known: it stays unknown, and is refused'
      : 'nobody knows how it was minted: it stays unknown, and is refused';
    const isBehind = false;
    return { root, opens: undefined, after: -1, isBehind, steps: [], changes: new Map(), problem };
  }
  const planner = new Planner(stored, evidence, times);
  const { genesis, lastSequence, isJournaled } = evidence;
  const steps = planner.steps();
  const opens = stored === undefined && genesis !== undefined ? { genesis } : undefined;
  const problem =
    opens !== undefined && !isJournaled
      ? 'its journal was not found: its spending is what gateways noted, and no more'
      : undefined;
  return {
    ...{ root, opens, after: lastSequence, steps, changes: planner.changes },
    isBehind: stored !== undefined && lastSequence > stored.sequence,
    ...(problem !== undefined && { problem }),
  };
}

/** Nothing of it is to be written, or to be told. */
export function isIdle({ opens, steps, isBehind, problem }: RootPlan): boolean {
  return opens === undefined && steps.length === 0 && !isBehind && problem === undefined;
}

/** The place of a window, counted as Lua does. */
export function windowPlace(window: Window): number {
  return WINDOWS.indexOf(window);
}
