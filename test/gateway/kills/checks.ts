import { expect } from 'vitest';
import type { JournalEntry, Ledger } from '../../../src/ledger/contract.js';
import { foldJournal } from '../../../src/ledger/rules/fold.js';
import { CREDIT } from '../../ledger/fixtures.js';
import type { Told } from './journaled.js';
import { AGENT_LIMIT, type Outcome } from './load.js';

/** The deadlines of real holds are real time. */
export async function pastDeadlines(told: ReadonlyMap<string, Told>): Promise<void> {
  const open = [...told.values()].filter(({ ended }) => ended === undefined);
  const waitMs = Math.max(0, ...open.map(({ deadlineMs }) => deadlineMs - Date.now()));
  await new Promise((resolve) => setTimeout(resolve, waitMs + 1));
}

/** But for what is set aside for agents that have not used all of it. */
export async function nothingHeld(ledger: Ledger, account: string): Promise<void> {
  const tree = await ledger.tree({ account });
  if (tree.status !== 'found') throw new Error(tree.reason);
  for (const state of tree.accounts.slice(1)) {
    expect([state.account, state.counters.credits.held]).toEqual([state.account, 0]);
  }
}

export function chargedOnce(
  told: ReadonlyMap<string, Told>,
  reached: ReadonlyMap<string, number>,
  outcomes: readonly Outcome[],
): void {
  for (const [id, { ended, charged, requestId }] of told) {
    expect([id, ended]).not.toEqual([id, undefined]);
    expect([id, charged]).toEqual([id, ended === 'released' ? 0 : 1]);
    if (requestId !== undefined) expect(requestId).toBe(`seen-${id}`);
  }
  for (const [id, times] of reached) {
    expect([id, times, told.get(id)?.charged]).toEqual([id, 1, 1]);
  }
  for (const { id, status } of outcomes) {
    if (status === 200) expect([id, reached.get(id)]).toEqual([id, 1]);
    if (status === 402 || status === 503) expect([id, reached.get(id)]).toEqual([id, undefined]);
  }
}

export async function countersAsTold(
  ledger: Ledger,
  account: string,
  entries: readonly JournalEntry[],
  told: ReadonlyMap<string, Told>,
): Promise<void> {
  const tree = await ledger.tree({ account });
  if (tree.status !== 'found') throw new Error(tree.reason);
  const folded = foldJournal(entries);
  expect(folded.holds.size).toBe(0);
  const calls = [...told.values()];
  const [root] = tree.accounts;
  const total = calls.reduce((sum, { charged }) => sum + charged, 0);
  expect(root?.counters.credits.spent).toBe(total * CREDIT);
  for (const state of tree.accounts) {
    expect([state.account, folded.accounts.get(state.account)?.counters]).toEqual([
      state.account,
      state.counters,
    ]);
  }
}

/** Whatever the store has kept or lost: no agent was served more at the tool than it was given. */
export function noneOverspent(
  outcomes: readonly Outcome[],
  reached: ReadonlyMap<string, number>,
): void {
  const served = new Map<number, number>();
  for (const { id, agent } of outcomes) {
    served.set(agent, (served.get(agent) ?? 0) + (reached.get(id) ?? 0));
  }
  for (const [agent, calls] of served) {
    expect([agent, Math.max(calls, AGENT_LIMIT)]).toEqual([agent, AGENT_LIMIT]);
  }
}
