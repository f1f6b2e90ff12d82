import { UNITS, type Vector, WINDOWS, type Window } from '../../money/units.js';
import type { AccountState, Genesis, TrackedWindow } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { windowStart } from '../rules/windows.js';
import type { HoldEvidence, Restriction, RootEvidence, TopUpEvidence } from './evidence.js';

/** What the store has of one root. */
export interface StoredRoot {
  readonly sequence: number;
  readonly accounts: ReadonlyMap<string, AccountState>;
  readonly holds: ReadonlyMap<string, StoredHold>;
}

export interface StoredHold {
  readonly state: 'open' | 'presumed_spent' | 'finished';
  readonly account: string;
  readonly granted: Vector;
}

export type Step =
  | {
      readonly kind: 'charge';
      readonly reservation: string;
      readonly account: string;
      readonly cost: Vector;
      readonly presumed: boolean;
      readonly windows: readonly TrackedWindow[];
    }
  | { readonly kind: 'settle'; readonly reservation: string; readonly cost: Vector }
  | { readonly kind: 'release' | 'presume'; readonly reservation: string }
  | ({ readonly kind: 'topup' } & TopUpEvidence)
  | {
      readonly kind: 'standing';
      readonly account: string;
      readonly standing: Restriction;
      readonly actor: string;
    };

export interface RootPlan {
  readonly root: string;
  /** The store does not have it: it is opened again. */
  readonly opens: Genesis | undefined;
  readonly steps: readonly Step[];
  /** By how much each account's spending rises; in micro-units, and 0 is left out. */
  readonly spentMore: ReadonlyMap<string, Vector>;
  /** What could not be told, and is left as it is. */
  readonly problem?: string;
}

/**
 * What has to be done to one root so that its spending is the union by operation id of what the store
 * has and of what else is known, and no hold is open. Decides nothing that costs an account less than
 * anybody knows it to have cost.
 * @param nowMs by the store's clock: charges count in the windows that they were made in.
 */
export function planRoot(
  root: string,
  stored: StoredRoot | undefined,
  evidence: RootEvidence,
  nowMs: number,
): RootPlan {
  const spentMore = new Map<string, Vector>();
  const nothing = { root, opens: undefined, steps: [], spentMore };
  if (stored === undefined) {
    if (evidence.genesis === undefined) {
      return {
        ...nothing,
        problem: 'nobody knows how it was minted: it stays unknown, and is refused',
      };
    }
    if (evidence.completeThrough < 0 && evidence.lastMarked < 0) {
      return { ...nothing, problem: 'no journal of it and no mark was found: it stays unknown' };
    }
  }
  const planner = new Planner(stored, evidence, nowMs, spentMore);
  const steps = planner.steps();
  const problem = gap(stored, evidence);
  const opens = stored === undefined ? evidence.genesis : undefined;
  return { root, opens, steps, spentMore, ...(problem !== undefined && { problem }) };
}

/** Changes that only a mark tells of: who made them may have noted them, or not. */
function gap(stored: StoredRoot | undefined, evidence: RootEvidence): string | undefined {
  if (stored !== undefined) return undefined;
  if (evidence.completeThrough >= 0) return undefined;
  return `its journal was not found: spending is known from what gateways noted alone`;
}

class Planner {
  readonly #stored: StoredRoot | undefined;
  readonly #evidence: RootEvidence;
  readonly #nowMs: number;
  readonly #spentMore: Map<string, Vector>;

  constructor(
    stored: StoredRoot | undefined,
    evidence: RootEvidence,
    nowMs: number,
    spentMore: Map<string, Vector>,
  ) {
    this.#stored = stored;
    this.#evidence = evidence;
    this.#nowMs = nowMs;
    this.#spentMore = spentMore;
  }

  steps(): Step[] {
    const { holds } = this.#evidence;
    // The oldest first: a window begins with the first charge that it has.
    const known = [...holds.values()].sort((a, b) => a.timeMs - b.timeMs);
    const steps = known.flatMap((hold) => this.#hold(hold));
    for (const [reservation, { state, granted, account }] of this.#stored?.holds ?? []) {
      if (state !== 'open' || holds.has(reservation)) continue;
      this.#count(account, granted);
      steps.push({ kind: 'presume', reservation });
    }
    return [...steps, ...this.#topUps(), ...this.#standings()];
  }

  #hold(hold: HoldEvidence): Step[] {
    const { reservation, charged, granted, released } = hold;
    const here = this.#stored?.holds.get(reservation);
    if (here === undefined) return this.#charge(hold);
    if (here.state === 'finished') return [];
    if (charged !== undefined) {
      const before = here.state === 'open' ? {} : here.granted;
      this.#count(here.account, charged, before);
      return [{ kind: 'settle', reservation, cost: charged }];
    }
    if (here.state === 'presumed_spent') return [];
    if (released) return [{ kind: 'release', reservation }];
    this.#count(here.account, granted ?? here.granted);
    return [{ kind: 'presume', reservation }];
  }

  /** A hold that the store does not have: it lost it, or has forgotten it long since. */
  #charge({
    reservation,
    account,
    granted,
    charged,
    released,
    timeMs,
    madeAs,
  }: HoldEvidence): Step[] {
    const stored = this.#stored;
    if (stored !== undefined && madeAs !== undefined && madeAs <= stored.sequence) return [];
    const cost = charged ?? (released ? undefined : granted);
    if (cost === undefined) return [];
    // Where only the end was seen, the leaf is not known: what it cost is charged to the root.
    const [, tenant = '', rootId = ''] = reservation.split('.');
    const leaf = account ?? `${tenant}/${rootId}`;
    this.#count(leaf, cost);
    const windows = accountAndAncestors(leaf)
      .flatMap((name) => this.#evidence.windows.get(name) ?? [])
      .filter(({ window }) => timeMs >= windowStart(window, this.#nowMs));
    return [
      {
        kind: 'charge',
        reservation,
        account: leaf,
        cost,
        presumed: charged === undefined,
        windows,
      },
    ];
  }

  #topUps(): Step[] {
    const stored = this.#stored;
    return [...this.#evidence.topUps.values()]
      .filter(({ sequence, id, account }) => {
        if (stored === undefined) return true;
        if (sequence !== undefined) return sequence > stored.sequence;
        const [tenant, rootId] = account.split('/');
        return !stored.holds.has(`r1.${tenant}.${rootId}.${id}`);
      })
      .map((topUp) => ({ ...topUp, kind: 'topup' }));
  }

  /** Restrictions alone: what somebody resumed, an operator can resume again. */
  #standings(): Step[] {
    const stored = this.#stored;
    return [...this.#evidence.standings].flatMap(
      ([account, { standing, actor, sequence }]): Step[] => {
        const before = stored?.accounts.get(account)?.standing ?? 'open';
        if (standing === 'open' || standing === before) return [];
        if (before === 'revoked' || before === 'closed') return [];
        if (stored !== undefined && sequence !== undefined && sequence <= stored.sequence)
          return [];
        return [{ kind: 'standing', account, standing, actor }];
      },
    );
  }

  #count(leaf: string, cost: Vector, before: Vector = {}): void {
    for (const name of accountAndAncestors(leaf)) {
      const sum: { -readonly [U in keyof Vector]: Vector[U] } = { ...this.#spentMore.get(name) };
      for (const unit of UNITS) {
        const by = (cost[unit] ?? 0) - (before[unit] ?? 0);
        if (by !== 0) sum[unit] = (sum[unit] ?? 0) + by;
      }
      this.#spentMore.set(name, sum);
    }
  }
}

/** The place of a window, counted as Lua does. */
export function windowPlace(window: Window): number {
  return WINDOWS.indexOf(window);
}
