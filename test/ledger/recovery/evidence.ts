import type {
  AccountState,
  AcknowledgedOperation,
  JournalEntry,
} from '../../../src/ledger/contract.js';
import { RootEvidence } from '../../../src/ledger/recovery/evidence.js';
import { planRoot } from '../../../src/ledger/recovery/plan.js';
import type { StoredHold, StoredRoot } from '../../../src/ledger/recovery/steps.js';
import { CREDIT, genesis, HOUR_MS, rootOf } from '../fixtures.js';

export const NOW = Date.UTC(2027, 0, 31, 12);
export const RETAIN = HOUR_MS;
export const DAY_MS = 24 * HOUR_MS;
export const ROOT = genesis({ rootId: '0'.repeat(32) });
export const root = rootOf(ROOT);
export const leaf = `${root}/a`;
export const reservation = `r1.main.${ROOT.rootId}.${'b'.repeat(32)}`;
export const granted = { credits: 5 * CREDIT };
export const charged = { credits: 3 * CREDIT };

export const head = (sequence: number, agoMs: number) => ({
  root,
  sequence,
  timeMs: NOW - agoMs,
  account: leaf,
});
export const heldEntry = (sequence: number, agoMs: number): JournalEntry => ({
  ...{ ...head(sequence, agoMs), kind: 'held', reservation, owner: 'gateway', granted },
  ...{ deadlineMs: NOW - agoMs + HOUR_MS, tracked: [], setAside: [] },
});
export const ended = (
  kind: 'settled' | 'released' | 'presumed_spent' | 'corrected',
  sequence: number,
  agoMs: number,
): JournalEntry => ({
  ...{ ...head(sequence, agoMs), kind, reservation, granted, by: 'gateway' },
  charged: kind === 'released' ? {} : kind === 'presumed_spent' ? granted : charged,
});
export const noted = {
  ...({ kind: 'held', reservation, account: leaf, granted } as const),
  timeMs: NOW - 9 * DAY_MS,
};
export const opens: JournalEntry = {
  ...head(0, DAY_MS),
  account: root,
  kind: 'opened',
  genesis: ROOT,
};

export function stored(
  sequence: number,
  holds: Readonly<Record<string, StoredHold>> = {},
  accounts: readonly AccountState[] = [],
): StoredRoot {
  return {
    ...{
      sequence,
      isUnfinished: false,
      revocations: new Map(),
      holds: new Map(Object.entries(holds)),
    },
    accounts: new Map(accounts.map((account) => [account.account, account])),
  };
}

export function plan(
  before: StoredRoot | undefined,
  entries: readonly JournalEntry[],
  operations: readonly AcknowledgedOperation[] = [],
) {
  const evidence = new RootEvidence();
  for (const entry of entries) evidence.addEntry(entry);
  for (const operation of operations) evidence.addNoted(operation);
  return planRoot(root, before, evidence, { nowMs: NOW, retainMs: RETAIN });
}

export const charge = (cost: object, presumed: boolean) => [
  { kind: 'charge', reservation, account: leaf, cost, presumed, windows: [] },
];
export const here = (state: StoredHold['state']) => ({
  [reservation]: { state, account: leaf, granted },
});
