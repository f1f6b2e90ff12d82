import { UNITS, type Unit, type Vector } from '../../money/units.js';
import { MAX_TTL_MS } from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { windowStart } from '../rules/windows.js';
import type {
  HoldEvidence,
  RootEvidence,
  StandingEvidence,
  StandingWord,
  TopUpEvidence,
} from './evidence.js';
import type { AccountChange, PlanTimes, Step, StoredRoot } from './steps.js';

/** The steps of one root's recovery, and what they change. */
export class Planner {
  readonly changes = new Map<string, AccountChange>();
  readonly #stored: StoredRoot | undefined;
  readonly #evidence: RootEvidence;
  readonly #times: PlanTimes;

  constructor(stored: StoredRoot | undefined, evidence: RootEvidence, times: PlanTimes) {
    this.#stored = stored;
    this.#evidence = evidence;
    this.#times = times;
  }

  steps(): Step[] {
    const { holds } = this.#evidence;
    const steps = inOrder(holds.values()).flatMap((hold) => this.#hold(hold));
    for (const [reservation, { state, granted, account }] of this.#stored?.holds ?? []) {
      if (state !== 'open' || holds.has(reservation)) continue;
      this.#count(account, granted, { endsHold: true });
      steps.push({ kind: 'presume', reservation });
    }
    return [...steps, ...this.#topUps(), ...this.#standings(), ...this.#revocations()];
  }

  #hold(hold: HoldEvidence): Step[] {
    const { reservation, charged, granted, released } = hold;
    const here = this.#stored?.holds.get(reservation);
    if (here === undefined) return this.#charge(hold);
    if (here.state === 'finished') return [];
    const endsHold = here.state === 'open';
    if (charged !== undefined) {
      this.#count(here.account, charged, { before: endsHold ? {} : here.granted, endsHold });
      return [{ kind: 'settle', reservation, cost: charged }];
    }
    if (!endsHold) return [];
    if (released) {
      this.#count(here.account, {}, { endsHold });
      return [{ kind: 'release', reservation }];
    }
    this.#count(here.account, granted ?? here.granted, { endsHold });
    return [{ kind: 'presume', reservation }];
  }

  /** A hold that the store does not have: it lost it, or has forgotten it long since. */
  #charge(hold: HoldEvidence): Step[] {
    const { reservation, account, granted, charged, released, timeMs } = hold;
    const cost = charged ?? (released ? undefined : granted);
    if (cost === undefined || this.#isForgotten(hold)) return [];
    // Where only the end was seen, the leaf is not known: what it cost is charged to the root.
    const [, tenant = '', rootId = ''] = reservation.split('.');
    const leaf = account ?? `${tenant}/${rootId}`;
    this.#count(leaf, cost);
    const { nowMs } = this.#times;
    // So does one of which nobody knows when it was: it may have been now.
    const windows = accountAndAncestors(leaf)
      .flatMap((name) => this.#evidence.windows.get(name) ?? [])
      .filter(({ window }) => timeMs === 0 || timeMs >= windowStart(window, nowMs));
    const presumed = charged === undefined;
    return [{ kind: 'charge', reservation, account: leaf, cost, presumed, windows }];
  }

  /**
   * The store had it, counted it, and forgot it when it was over for long: by its number among the
   * root's changes, and only if it can have been over for so long. Either alone would be wrong of a
   * store that went another way for a while.
   */
  #isForgotten({ lastAs, timeMs, endedAtMs }: HoldEvidence): boolean {
    if (!this.#had(lastAs)) return false;
    const { nowMs, retainMs } = this.#times;
    return (endedAtMs ?? timeMs + MAX_TTL_MS) + retainMs <= nowMs;
  }

  /** A change of this number is one that the store has, or went another way before. */
  #had(sequence: number | undefined): boolean {
    return sequence !== undefined && sequence <= (this.#stored?.sequence ?? -1);
  }

  /**
   * Those that the store does not know of. In all, an account is never topped up by more than all that
   * was ever topped up: what may be there already, and forgotten, is not given twice.
   */
  #topUps(): Step[] {
    const all = [...this.#evidence.topUps.values()];
    const missing = all.filter(({ sequence }) => !this.#had(sequence));
    const steps: Step[] = [];
    for (const [account, unit] of places(missing)) {
      const isHere = (its: TopUpEvidence) => its.account === account && its.unit === unit;
      let room = sum(all.filter(isHere));
      room -= this.#stored?.accounts.get(account)?.toppedUp[unit] ?? 0;
      // The latest first: the end is what a store loses.
      for (const topUp of missing.filter(isHere).sort((a, b) => order(b) - order(a))) {
        const [tenant, rootId] = account.split('/');
        const reservation = `r1.${tenant}.${rootId}.${topUp.id}`;
        if (this.#stored?.holds.has(reservation) || topUp.micros > room) continue;
        room -= topUp.micros;
        steps.push({ ...topUp, kind: 'topup' });
      }
    }
    return steps;
  }

  /**
   * The last word of all that is known, where the store has lost it. Of a pause without a number nobody can
   * tell whether it was the last: it counts where the store has lost anything of the root.
   */
  #standings(): Step[] {
    return [...this.#evidence.standings].flatMap(([account, its]): Step[] => {
      const before = this.#stored?.accounts.get(account)?.standing ?? 'open';
      const word = this.#lastWord(its);
      if (word === undefined || before === 'revoked' || before === 'closed') return [];
      const { standing, actor } = word;
      return standing === before ? [] : [{ kind: 'standing', account, standing, actor }];
    });
  }

  /** Those that the store has lost, and that have not expired. */
  #revocations(): Step[] {
    return [...this.#evidence.revocations.values()].flatMap((its): Step[] => {
      const known = this.#stored?.revocations.get(its.fingerprint) ?? 0;
      const isOver = its.expiresAtMs <= this.#times.nowMs;
      return isOver || known >= its.expiresAtMs ? [] : [{ kind: 'macaroon', ...its }];
    });
  }

  #lastWord({ final, last, undated }: StandingEvidence): StandingWord | undefined {
    // A pause may have been ended by what the store has, and a revocation never.
    if (final !== undefined) return final;
    const isBehind = this.#evidence.lastSequence > (this.#stored?.sequence ?? -1);
    if (undated !== undefined && isBehind) return undated;
    return this.#had(last?.sequence) ? undefined : last;
  }

  #count(
    leaf: string,
    cost: Vector,
    { before = {}, endsHold = false }: { before?: Vector; endsHold?: boolean } = {},
  ): void {
    for (const name of accountAndAncestors(leaf)) {
      const { spentMore = {}, holdsEnded = 0 } = this.changes.get(name) ?? {};
      const after: { -readonly [U in keyof Vector]: Vector[U] } = { ...spentMore };
      for (const unit of UNITS) {
        const by = (cost[unit] ?? 0) - (before[unit] ?? 0);
        if (by !== 0) after[unit] = (after[unit] ?? 0) + by;
      }
      this.changes.set(name, { spentMore: after, holdsEnded: holdsEnded + (endsHold ? 1 : 0) });
    }
  }
}

/** The oldest first: a window begins with the first charge that it has. Of unknown age, last. */
function inOrder(holds: Iterable<HoldEvidence>): HoldEvidence[] {
  const at = ({ timeMs }: HoldEvidence) => (timeMs === 0 ? Number.MAX_SAFE_INTEGER : timeMs);
  return [...holds].sort((a, b) => at(a) - at(b));
}

/** What no journal tells of is newer than what one does. */
function order({ sequence = Number.MAX_SAFE_INTEGER }: TopUpEvidence): number {
  return sequence;
}

function places(topUps: readonly TopUpEvidence[]): [account: string, unit: Unit][] {
  return [
    ...new Map(topUps.map(({ account, unit }) => [`${unit} ${account}`, [account, unit] as const])),
  ].map(([, [account, unit]]) => [account, unit]);
}

function sum(topUps: readonly TopUpEvidence[]): number {
  return topUps.reduce((all, { micros }) => all + micros, 0);
}
