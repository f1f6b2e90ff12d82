import { describe, expect, it } from 'vitest';
import {
  type AccountState,
  LEDGER_DEFAULTS,
  type ReserveRefusal,
  type ResolveRefusal,
} from '../../../src/ledger/contract.js';
import { UNITS, type Unit, type Vector } from '../../../src/money/units.js';
import { fc, runs } from '../../support/property.js';
import { verdict } from '../fixtures.js';
import { ModelLedger } from '../model.js';
import { ALL_ROOTS, history, perform, SMALL, START_MS, type Step } from '../sequences.js';

/** What the answers alone say that each reservation is worth: another account of the same money. */
interface Entry {
  readonly account: string;
  readonly deadlineMs: number;
  worth: Vector;
  /** It was settled or released. */
  ended: boolean;
}

/** Runs a history on the model, and checks the laws that hold between its steps. */
class Witness {
  #storeMs = START_MS;
  #latestMs = START_MS;
  #lagMs = 0;
  readonly #model = new ModelLedger(
    { ...LEDGER_DEFAULTS, ...SMALL, clock: () => this.#storeMs - this.#lagMs },
    () => this.#storeMs,
  );
  readonly #entries = new Map<string, Entry>();
  readonly #past: Entry[] = [];
  #before: ReadonlyMap<string, AccountState> = new Map();
  readonly met = new Set<string>();

  async take(step: Step): Promise<void> {
    if (step.kind === 'time') {
      this.#storeMs += step.byMs;
      this.#latestMs = Math.max(this.#latestMs, this.#storeMs);
    } else if (step.kind === 'lag') this.#lagMs = step.ms;
    else {
      const before = this.#before;
      const outcome = await perform(this.#model, step);
      const after = await this.#accounts();
      const refused = JSON.stringify(outcome)?.includes('"refused"');
      const reads = ['balance', 'tree', 'roots', 'tenants', 'ping'].includes(step.kind);
      if (refused || reads) expect(after).toEqual(before);
      this.#before = after;
      this.#record(step, outcome);
      const status = outcome !== undefined && 'status' in outcome ? outcome.status : undefined;
      if (step.kind === 'release' && status === 'released') {
        this.#recordRelease(step.request.reservation, before, after);
      }
      this.#checkTreeBound(after);
      this.#checkWorth(after);
    }
  }

  #record(step: Step, outcome: Awaited<ReturnType<typeof perform>>): void {
    if (outcome === undefined || !('status' in outcome)) return;
    this.met.add(`${step.kind}: ${verdict(outcome)}`);
    if (step.kind === 'reserve' && outcome.status === 'held') {
      for (const { limitMicros, spentMicros, heldMicros } of outcome.limits) {
        // A replay answers under limits that may have been lowered since.
        if (!outcome.replayed) expect(spentMicros + heldMicros).toBeLessThanOrEqual(limitMicros);
      }
      if (outcome.replayed) return;
      const known = this.#entries.get(step.request.reservation);
      if (known !== undefined) this.#past.push(known);
      const account = step.request.path.at(-1)?.account ?? '';
      const { granted: worth, deadlineMs } = outcome;
      this.#entries.set(step.request.reservation, { account, deadlineMs, worth, ended: false });
    }
    if (step.kind === 'settle' && outcome.status === 'settled' && !outcome.replayed) {
      const entry = this.#entries.get(step.request.reservation);
      if (entry !== undefined) Object.assign(entry, { worth: outcome.charged, ended: true });
    }
  }

  /**
   * A release gives back a hold that was open, whole; or it moves no money. The latter is for a
   * repeat, and for the mark of an id that the store no longer has: one that was over, and forgotten.
   */
  #recordRelease(
    reservation: string,
    before: ReadonlyMap<string, AccountState>,
    after: ReadonlyMap<string, AccountState>,
  ): void {
    const entry = this.#entries.get(reservation);
    if (entry === undefined) return;
    const counters = (of: ReadonlyMap<string, AccountState>) => of.get(entry.account)?.counters;
    if (JSON.stringify(counters(before)) === JSON.stringify(counters(after))) {
      expect(entry.ended || entry.deadlineMs <= this.#latestMs).toBe(true);
    } else {
      expect(entry.ended).toBe(false);
      Object.assign(entry, { worth: {}, ended: true });
    }
  }

  /** What a child and everything under it has spent is part of what its parent has spent. */
  #checkTreeBound(accounts: ReadonlyMap<string, AccountState>): void {
    for (const [name, { counters }] of accounts) {
      const children = [...accounts.values()].filter(
        ({ account }) => account.slice(0, account.lastIndexOf('/')) === name,
      );
      for (const unit of UNITS) {
        for (const counter of ['spent', 'held'] as const) {
          const sum = children.reduce((total, child) => total + child.counters[unit][counter], 0);
          if (sum > counters[unit][counter])
            expect.fail(`${name}: ${unit} ${counter} below ${sum}`);
        }
      }
    }
  }

  /** Spent and held of an account are what the answers about it and those below it add up to. */
  #checkWorth(accounts: ReadonlyMap<string, AccountState>): void {
    const entries = [...this.#past, ...this.#entries.values()];
    for (const [name, { counters }] of accounts) {
      const own = entries.filter(({ account }) => `${account}/`.startsWith(`${name}/`));
      const worth = (unit: Unit) => own.reduce((sum, entry) => sum + (entry.worth[unit] ?? 0), 0);
      for (const unit of UNITS) {
        const counted = counters[unit].spent + counters[unit].held;
        if (counted !== worth(unit)) expect(counted, `${name} ${unit}`).toBe(worth(unit));
        if (!Number.isSafeInteger(counted)) expect.fail(`${name} ${unit}: ${counted}`);
      }
    }
  }

  async #accounts(): Promise<ReadonlyMap<string, AccountState>> {
    const found = new Map<string, AccountState>();
    for (const account of ALL_ROOTS) {
      const tree = await this.#model.tree({ account });
      if (tree.status !== 'found') continue;
      for (const state of tree.accounts) found.set(state.account, state);
    }
    return found;
  }
}

describe('the rules, through random histories', () => {
  it('keep the tree bound, admit within limits, change nothing when they refuse', async () => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const witness = new Witness();
        for (const step of steps) await witness.take(step);
        for (const outcome of witness.met) met.add(outcome);
      }),
      { numRuns: runs(400) },
    );
    // The histories are no good if they never get anywhere.
    const refusals: Partial<Record<ReserveRefusal['reason'], true>> = {
      root_unknown: true,
      clock_ahead: true,
      id_conflict: true,
      already_resolved: true,
      kid_mismatch: true,
      expired: true,
      unit_unknown: true,
      too_many_accounts: true,
      too_many_holds: true,
      amount_overflow: true,
      budget_exhausted: true,
    };
    const unresolved: Partial<Record<ResolveRefusal['reason'], true>> = {
      root_unknown: true,
      reservation_unknown: true,
      already_resolved: true,
      amount_overflow: true,
    };
    const expected = [
      'openRoot: root_conflict',
      'reserve: held',
      'settle: settled',
      'release: released',
      ...Object.keys(refusals).map((reason) => `reserve: ${reason}`),
      ...Object.keys(unresolved).map((reason) => `settle: ${reason}`),
    ];
    expect([...met]).toEqual(expect.arrayContaining(expected));
  });
});
