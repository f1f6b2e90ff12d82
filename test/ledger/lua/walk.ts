import { expect } from 'vitest';
import {
  type JournalEntry,
  type JournalPage,
  LEDGER_DEFAULTS,
  type Ledger,
} from '../../../src/ledger/contract.js';
import { ModelLedger } from '../model.js';
import { ALL_ROOTS, type LedgerCall, perform, SMALL, START_MS, type Step } from '../sequences.js';
import { expectKept } from './kept.js';
import type { LuaStore } from './store.js';

const TENANTS = ['main', 'acme'];

interface Twins {
  readonly store: LuaStore;
  readonly model: ModelLedger;
  readonly ledger: Ledger;
  /** What both go by: the store's clock, and how far the gateway's lags behind it. */
  readonly clocks: { storeMs: number; lagMs: number };
}

export interface WalkOptions {
  /** So many calls are sent in one turn of the event loop, where they are of a kind that groups. */
  readonly together?: number;
  /** Of one turn are operations of one kind alone, and not what ends beside what is reserved. */
  readonly isUnmixed?: boolean;
  readonly startMs?: number;
  /** More caps than the small ones. */
  readonly caps?: { readonly maxAccountsPerRoot: number; readonly maxHoldsPerRoot: number };
}

/**
 * Takes the same steps on the model and on the store's functions through the engine, and compares
 * every answer, and at the end all that is stored.
 */
export async function walk(
  store: LuaStore,
  steps: readonly Step[],
  { together = 1, isUnmixed = false, startMs = START_MS, caps }: WalkOptions = {},
): Promise<void> {
  await store.begin(startMs);
  const clocks = { storeMs: startMs, lagMs: 0 };
  const options = { ...SMALL, ...caps, clock: () => clocks.storeMs - clocks.lagMs };
  const model = new ModelLedger({ ...LEDGER_DEFAULTS, ...options }, () => clocks.storeMs);
  const twins = { store, model, ledger: await store.ledger(options), clocks };
  try {
    for (const batch of batches(steps, together, isUnmixed)) await take(twins, batch);
    for (const account of ALL_ROOTS) await take(twins, [{ kind: 'tree', request: { account } }]);
    for (const tenant of TENANTS) {
      await compareJournals(twins, tenant);
      await expectKept(store, model, tenant);
    }
  } finally {
    await twins.ledger.close();
  }
}

/** These are sent in the same turn in which they are asked. */
const AT_ONCE: readonly string[] = ['activate', 'control', 'topUp'];
/** These wait for the end of the turn, each kind for itself. */
const RESOLVING: readonly string[] = ['settle', 'release', 'extend'];

function batches(steps: readonly Step[], together: number, isUnmixed: boolean): Step[][] {
  const all: Step[][] = [];
  for (const step of steps) {
    const last = all.at(-1);
    const joins = isPlain(step) && last?.[0] !== undefined && isPlain(last[0]);
    const fits = !isUnmixed || (last?.[0]?.kind === 'reserve') === (step.kind === 'reserve');
    if (joins && fits && last.length < together) last.push(step);
    else all.push([step]);
  }
  return all;
}

function isPlain({ kind }: Step): boolean {
  return kind === 'reserve' || RESOLVING.includes(kind) || AT_ONCE.includes(kind);
}

/** The places of a batch's calls as they reach the store: of what is one call, what ends comes first. */
function inOrderSent(calls: readonly LedgerCall[]): number[] {
  const turn = ({ kind }: LedgerCall) => {
    if (AT_ONCE.includes(kind)) return 0;
    return RESOLVING.includes(kind) ? 1 : 2;
  };
  const places = [...calls.keys()];
  return [0, 1, 2].flatMap((its) =>
    places.filter((place) => turn(calls[place] as LedgerCall) === its),
  );
}

async function take(twins: Twins, batch: readonly Step[]): Promise<void> {
  const [step] = batch;
  if (batch.length > 1 || step === undefined) return takeTogether(twins, batch);
  const { store, clocks } = twins;
  switch (step.kind) {
    case 'time':
      clocks.storeMs += step.byMs;
      return store.setClock(clocks.storeMs);
    case 'lag':
      clocks.lagMs = step.ms;
      return;
    case 'trimJournal':
      // Which items of the stream leave is told by a table of its own.
      return;
    case 'journal':
      return compareJournals(twins, step.request.tenant);
    default:
      // In which order a small batch takes what is due is each engine's own affair.
      return takeTogether(twins, [step.kind === 'sweep' ? { ...step, batch: 100 } : step]);
  }
}

async function takeTogether({ model, ledger }: Twins, batch: readonly Step[]): Promise<void> {
  const calls = batch.filter((step): step is LedgerCall => !['time', 'lag'].includes(step.kind));
  const expected: unknown[] = [];
  for (const place of inOrderSent(calls)) {
    expected[place] = await perform(model, calls[place] as LedgerCall);
  }
  const answers = await Promise.all(calls.map((call) => perform(ledger, call)));
  expect(answers, JSON.stringify(calls)).toEqual(expected);
}

async function compareJournals({ model, ledger }: Twins, tenant: string): Promise<void> {
  const all = { tenant, after: 0, max: 10_000 };
  expect(byRoot(await ledger.journal(all))).toEqual(byRoot(await model.journal(all)));
}

/** A sweep goes root by root, so that only each root's entries have one order. */
function byRoot({ entries, nextNumber, trimmedThrough, head }: JournalPage) {
  const roots: Record<string, JournalEntry[]> = {};
  for (const { entry } of entries) roots[entry.root] = [...(roots[entry.root] ?? []), entry];
  return { roots, numbers: entries.map(({ number }) => number), nextNumber, trimmedThrough, head };
}
