import { expect } from 'vitest';
import {
  type JournalEntry,
  LEDGER_DEFAULTS,
  type Ledger,
  MAX_JOURNAL_PAGE,
} from '../../src/ledger/contract.js';
import { foldJournal } from '../../src/ledger/rules/fold.js';
import { ModelLedger } from './model.js';
import { type LedgerCall, perform } from './sequences.js';

/** What one of several ledgers on one store was asked, and what it answered. */
export interface Answered {
  readonly call: LedgerCall;
  readonly answer: unknown;
}

type Said = Readonly<Record<string, unknown>>;

/**
 * That answers given at once are those of some order: the journal has the order of all changes, and
 * the model, asked in that order and at those times, must answer each the same, and end with the
 * same accounts. What changed nothing must say so, and agree with itself.
 */
export async function expectSerial(
  ledger: Ledger,
  tenant: string,
  roots: readonly string[],
  answered: readonly Answered[],
): Promise<void> {
  const { entries } = await ledger.journal({ tenant, after: 0, max: MAX_JOURNAL_PAGE });
  expect(entries.map(({ number }) => number)).toEqual(entries.map((_, i) => i + 1));
  const waiting = new Set(answered.filter(({ answer }) => changed(answer as Said)));
  let now = 0;
  const model = new ModelLedger({ ...LEDGER_DEFAULTS, clock: () => now }, () => now);
  for (const { entry } of entries) {
    now = entry.timeMs;
    const its = [...waiting].find(({ call }) => isOf(call, entry));
    if (its === undefined) throw new Error(`found in the journal, not asked: ${show(entry)}`);
    waiting.delete(its);
    expect(its.answer, show(its.call)).toEqual(await perform(model, its.call));
  }
  expect([...waiting].map(({ call }) => show(call))).toEqual([]);
  for (const { answer } of answered) expectAgrees(answer as Said);

  for (const account of roots) {
    const tree = await ledger.tree({ account });
    expect(tree).toEqual(await model.tree({ account }));
    const own = entries.map(({ entry }) => entry).filter(({ root }) => root === account);
    const folded = foldJournal(own);
    if (tree.status !== 'found') throw new Error(`${account}: found ${tree.status}`);
    for (const state of tree.accounts) {
      const counters = folded.accounts.get(state.account)?.counters;
      if (counters !== undefined) expect(state.counters).toEqual(counters);
    }
  }
}

function changed({ status, replayed }: Said): boolean {
  return status !== 'refused' && replayed !== true;
}

/** Whether a call is the one that an entry tells of: each changes something once. */
function isOf(call: LedgerCall, entry: JournalEntry): boolean {
  switch (entry.kind) {
    case 'opened':
      return call.kind === 'openRoot' && call.genesis.rootId === entry.genesis.rootId;
    case 'held':
      return call.kind === 'reserve' && call.request.reservation === entry.reservation;
    case 'settled':
      return call.kind === 'settle' && call.request.reservation === entry.reservation;
    case 'released':
      return call.kind === 'release' && call.request.reservation === entry.reservation;
    case 'activated':
      return call.kind === 'activate' && call.request.path.at(-1)?.account === entry.account;
    case 'topped_up':
      // An id is a root's own.
      return call.kind === 'topUp' && isSameTopUp(call.request, entry);
    case 'paused':
    case 'resumed':
      return (
        call.kind === 'control' &&
        call.request.actor === entry.actor &&
        call.request.account === entry.account
      );
    default:
      return false;
  }
}

function isSameTopUp(
  asked: { readonly id: string; readonly account: string },
  entry: { readonly id: string; readonly account: string },
): boolean {
  return asked.id === entry.id && asked.account === entry.account;
}

/** A refusal for want of budget says by how much it was short. */
function expectAgrees(answer: Said): void {
  if (answer['reason'] !== 'budget_exhausted') return;
  const { limitMicros, spentMicros, heldMicros, remainingMicros } = answer['limit'] as {
    readonly [field: string]: number;
  };
  const left = Number(limitMicros) - Number(spentMicros) - Number(heldMicros);
  expect(remainingMicros).toBe(Math.max(0, left));
  expect(Number(answer['requiredMicros'])).toBeGreaterThan(left);
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
