import { expect } from 'vitest';
import {
  type AccountState,
  type JournalEntry,
  LEDGER_DEFAULTS,
} from '../../../src/ledger/contract.js';
import { accountAndAncestors } from '../../../src/ledger/ids.js';
import { claimOf, usedOf } from '../../../src/ledger/rules/counters.js';
import { foldJournal } from '../../../src/ledger/rules/fold.js';
import { shown } from '../../../src/ledger/rules/views.js';
import { windowStart } from '../../../src/ledger/rules/windows.js';
import { UNITS, type Vector } from '../../../src/money/units.js';
import { verdict } from '../fixtures.js';
import { ModelLedger } from '../model.js';
import { ALL_ROOTS, type LedgerCall, perform, SMALL, START_MS, type Step } from '../sequences.js';

type Accounts = ReadonlyMap<string, AccountState>;
type Outcome = Awaited<ReturnType<typeof perform>>;

/** What the answers alone say that each reservation is worth: another account of the same money. */
interface Worth {
  readonly account: string;
  readonly madeMs: number;
  readonly sequence: number;
  worth: Vector;
  /** It was settled or released. */
  ended: boolean;
}

const READS: readonly LedgerCall['kind'][] = [
  'balance',
  'tree',
  'roots',
  'tenants',
  'ping',
  'journal',
];
const TENANTS = ['main', 'acme'];

/** Runs a history on the model, and checks the laws that hold between its steps. */
export class Witness {
  #storeMs = START_MS;
  #lagMs = 0;
  readonly #model = new ModelLedger(
    { ...LEDGER_DEFAULTS, ...SMALL, clock: () => this.#storeMs - this.#lagMs },
    () => this.#storeMs,
  );
  readonly #open = new Map<string, Worth>();
  readonly #past: Worth[] = [];
  readonly #entries: JournalEntry[] = [];
  readonly #seen = new Map<string, number>();
  readonly met = new Set<string>();

  async take(step: Step): Promise<void> {
    if (step.kind === 'time') this.#storeMs += step.byMs;
    else if (step.kind === 'lag') this.#lagMs = step.ms;
    else {
      const before = await this.#accounts();
      const outcome = await perform(this.#model, step);
      const after = await this.#accounts();
      const entries = await this.#newEntries();
      this.#checkRefusal(step, outcome, entries);
      this.#checkPlace(step, before, after, entries);
      this.#checkSetAside(before, after, entries);
      this.#record(step, outcome, entries);
      this.#checkTree(after);
      this.#checkShares(after);
      this.#checkWindows(after);
    }
  }

  /** The journal folded gives the state. */
  async finish(): Promise<void> {
    const found = await this.#accounts();
    const clocks = { storeMs: this.#storeMs, gatewayMs: this.#storeMs - this.#lagMs };
    const folded = new Map<string, AccountState>();
    for (const name of ALL_ROOTS) {
      const own = this.#entries.filter(({ root }) => root === name);
      if (own.length === 0) continue;
      const { root, accounts, holds } = foldJournal(own);
      folded.set(name, shown(found.get(name) as AccountState, root, clocks));
      for (const state of accounts.values()) {
        const limitsLastSeen = found.get(state.account)?.limitsLastSeen ?? [];
        folded.set(state.account, { ...shown(state, root, clocks), limitsLastSeen });
      }
      const open = this.#model.openHolds().filter(({ account }) => account.startsWith(name));
      expect(Object.fromEntries(holds)).toEqual(
        Object.fromEntries(open.map((hold) => [hold.reservation, hold])),
      );
    }
    expect(Object.fromEntries(folded)).toEqual(Object.fromEntries(found));
  }

  /** A refusal or a reading changes nothing, but that it may find a carve-out past its end. */
  #checkRefusal(step: LedgerCall, outcome: Outcome, entries: readonly JournalEntry[]): void {
    const refused = JSON.stringify(outcome)?.includes('"refused"');
    if (READS.includes(step.kind)) expect(entries).toEqual([]);
    if (!refused) return;
    for (const entry of entries)
      expect(entry).toMatchObject({ kind: 'carve_ended', cause: 'expired' });
  }

  /** Whatever has changed lies on the path of something that the journal names. */
  #checkPlace(
    step: LedgerCall,
    before: Accounts,
    after: Accounts,
    entries: readonly JournalEntry[],
  ): void {
    const named = new Set(entries.flatMap(({ account }) => accountAndAncestors(account)));
    for (const [name, state] of after) {
      if (!named.has(name) && before.has(name)) expect(state).toEqual(before.get(name));
      if (!named.has(name) && !before.has(name)) expect.fail(`${step.kind} has made ${name}`);
    }
    const asked = 'request' in step && 'path' in step.request ? step.request.path : [];
    const path = asked.map(({ account }) => account);
    for (const { kind, account } of entries) {
      if (path.length > 0 && kind !== 'carve_ended') expect(account).toBe(path.at(-1));
    }
  }

  /** What is set aside is never less, nor for less long, but when it has ended. */
  #checkSetAside(before: Accounts, after: Accounts, entries: readonly JournalEntry[]): void {
    for (const [name, { carves }] of before) {
      for (const unit of UNITS) {
        const was = carves[unit];
        const ended = entries.some(
          (entry) => entry.kind === 'carve_ended' && entry.account === name && entry.unit === unit,
        );
        if (was === undefined || ended) continue;
        const is = after.get(name)?.carves[unit];
        expect(is?.amountMicros).toBeGreaterThanOrEqual(was.amountMicros);
        expect(is?.endMs).toBeGreaterThanOrEqual(was.endMs);
      }
    }
  }

  #record(step: LedgerCall, outcome: Outcome, entries: readonly JournalEntry[]): void {
    if (typeof outcome !== 'object' || !('status' in outcome)) return;
    this.met.add(`${step.kind}: ${verdict(outcome)}`);
    if (step.kind === 'reserve' && outcome.status === 'held' && !outcome.replayed) {
      for (const { limitMicros, spentMicros, heldMicros } of outcome.limits) {
        expect(spentMicros + heldMicros).toBeLessThanOrEqual(limitMicros);
      }
      const { reservation, path } = step.request;
      const made = entries.find(({ kind }) => kind === 'held');
      const known = this.#open.get(reservation);
      if (known !== undefined) this.#past.push(known);
      this.#open.set(reservation, {
        account: path.at(-1)?.account ?? '',
        madeMs: made?.timeMs ?? Number.NaN,
        sequence: made?.sequence ?? Number.NaN,
        worth: outcome.granted,
        ended: false,
      });
    }
    if (step.kind === 'settle' && outcome.status === 'settled' && !outcome.replayed) {
      this.#end(step.request.reservation, outcome.charged);
    }
    if (step.kind === 'release' && outcome.status === 'released') {
      const [entry] = entries;
      if (entry?.kind === 'released' && Object.keys(entry.granted).length > 0) {
        this.#end(step.request.reservation, {});
      }
    }
  }

  /** A hold resolves at most once. */
  #end(reservation: string, worth: Vector): void {
    const known = this.#open.get(reservation);
    expect(known?.ended).toBe(false);
    Object.assign(known ?? {}, { worth, ended: true });
  }

  /**
   * An account has used what it was charged itself and what its children claim: what they have
   * used, or what is set aside for them if that is more. What they have spent, it has spent.
   */
  #checkTree(accounts: Accounts): void {
    const all = [...this.#past, ...this.#open.values()];
    for (const [name, state] of accounts) {
      const children = [...accounts.values()].filter(
        ({ account }) => account.slice(0, account.lastIndexOf('/')) === name,
      );
      const own = all.filter(({ account }) => account === name);
      for (const unit of UNITS) {
        const charged = own.reduce((sum, { worth }) => sum + (worth[unit] ?? 0), 0);
        const claimed = children.reduce((sum, child) => sum + claimOf(child, unit), 0);
        const spentBelow = children.reduce((sum, child) => sum + child.counters[unit].spent, 0);
        const used = usedOf(state, unit);
        // What has filled a counter is not known any more.
        if (used === Number.MAX_SAFE_INTEGER) continue;
        if (used !== charged + claimed) expect(used, `${name} ${unit}`).toBe(charged + claimed);
        if (!Number.isSafeInteger(used)) expect.fail(`${name} ${unit}: ${used}`);
        if (spentBelow > state.counters[unit].spent) expect.fail(`${name}: ${unit} spent below`);
      }
    }
  }

  /** Each account knows how many places its subtree has taken. */
  #checkShares(accounts: Accounts): void {
    const open = this.#model.openHolds();
    for (const [name, state] of accounts) {
      const isWithin = (account: string) => `${account}/`.startsWith(`${name}/`);
      // A root that was never charged is shown, and not stored.
      const stored = [...accounts.values()].filter((its) => its.accounts > 0);
      expect(state.accounts).toBe(stored.filter(({ account }) => isWithin(account)).length);
      expect(state.openHolds).toBe(open.filter(({ account }) => isWithin(account)).length);
      expect(state.openHolds).toBeLessThanOrEqual(SMALL.maxHoldsPerRoot);
      if (state.accounts > 0 && !hasReason(state)) expect.fail(`${name} is kept for nothing`);
    }
  }

  /** A window has the holds that were made in it, since it was first counted, and no other. */
  #checkWindows(accounts: Accounts): void {
    const all = [...this.#past, ...this.#open.values()];
    for (const [name, { windows }] of accounts) {
      const below = all.filter(({ account }) => `${account}/`.startsWith(`${name}/`));
      for (const { unit, window, startMs, sinceSequence, spentMicros, heldMicros } of windows) {
        const sum = below
          .filter(({ madeMs }) => windowStart(window, madeMs) === startMs)
          .filter(({ sequence }) => sequence > sinceSequence)
          .reduce((total, { worth }) => total + (worth[unit] ?? 0), 0);
        const counted = spentMicros + heldMicros;
        if (counted === Number.MAX_SAFE_INTEGER) continue;
        if (counted !== sum) expect(counted, `${name} ${unit}/${window}`).toBe(sum);
        if (spentMicros < 0 || heldMicros < 0) expect.fail(`${name} ${unit}/${window} below 0`);
      }
    }
  }

  async #newEntries(): Promise<JournalEntry[]> {
    const fresh: JournalEntry[] = [];
    for (const tenant of TENANTS) {
      const after = this.#seen.get(tenant) ?? 0;
      const page = await this.#model.journal({ tenant, after, max: 10_000 });
      this.#seen.set(tenant, page.nextNumber - 1);
      fresh.push(...page.entries.map(({ entry }) => entry));
    }
    for (const entry of fresh) {
      const last = this.#entries.findLast(({ root }) => root === entry.root);
      // Time never runs backwards.
      if (last !== undefined) expect(entry.timeMs).toBeGreaterThanOrEqual(last.timeMs);
      this.#entries.push(entry);
    }
    return fresh;
  }

  async #accounts(): Promise<Accounts> {
    const found = new Map<string, AccountState>();
    for (const account of ALL_ROOTS) {
      const tree = await this.#model.tree({ account });
      if (tree.status !== 'found') continue;
      for (const state of tree.accounts) found.set(state.account, state);
    }
    return found;
  }
}

/** An account is stored for what is below it, for what it uses, or for what an operator has said. */
function hasReason(state: AccountState): boolean {
  const { accounts, openHolds, standing, toppedUp, carves } = state;
  const isUsed = UNITS.some((unit) => usedOf(state, unit) > 0 || carves[unit] !== undefined);
  const isTold = standing !== 'open' || UNITS.some((unit) => toppedUp[unit] !== undefined);
  return accounts > 1 || openHolds > 0 || isUsed || isTold;
}
