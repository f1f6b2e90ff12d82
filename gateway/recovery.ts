import { type JournalHead, type Ledger, MAX_JOURNAL_PAGE } from '../src/ledger/contract.js';
import { isIntact, readLine } from '../src/ledger/journal/chain.js';
import { ChainCheck, type Finding } from '../src/ledger/journal/verify.js';
import { RootEvidence } from '../src/ledger/recovery/evidence.js';
import { isIdle, planRoot, type RootPlan, type StoredRoot } from '../src/ledger/recovery/plan.js';
import type { RedisRecovery } from '../src/ledger/redis/recovery.js';
import { chainLines, journalFolder } from './journal/segments.js';
import type { TenantMarks } from './marks/read-marks.js';

export interface RecoverySources {
  readonly tenant: string;
  readonly stateDirs: readonly string[];
  readonly marks: readonly TenantMarks[];
  readonly ledger: Pick<Ledger, 'journal'>;
  readonly store: RedisRecovery;
  /** For how long the store keeps a hold that has ended. */
  readonly retainMs: number;
}

/** A root as it is, and what is to be done to it. */
export interface PlannedRoot {
  readonly plan: RootPlan;
  readonly stored: StoredRoot | undefined;
}

export interface RecoveryPlan {
  /** Those of which something is to be written, or to be told. */
  readonly roots: readonly PlannedRoot[];
  /** The last entry that is in the files. */
  readonly drained: JournalHead;
  /** What is wrong with the files: an entry that is not there, or was altered, says nothing. */
  readonly findings: readonly Finding[];
}

/**
 * What a tenant lost, by all that is known: the store, the journal in the files and behind it in the
 * store, and the gateways' marks. Changes nothing.
 * @throws {LedgerUnavailable}
 */
export async function planRecovery(sources: RecoverySources): Promise<RecoveryPlan> {
  const { tenant, marks, store, retainMs } = sources;
  const evidence = new Evidences();
  const { drained, findings } = await readDrained(sources, evidence);
  await readUndrained(sources, evidence);
  for (const { marks: ofRoots, operations } of marks) {
    for (const operation of operations) evidence.of(rootOf(operation)).addNoted(operation);
    for (const [root, mark] of ofRoots) evidence.of(root).addMark(mark);
  }
  for (const rootId of await store.roots(tenant)) evidence.of(`${tenant}/${rootId}`);
  const times = { nowMs: await store.nowMs(tenant), retainMs };
  const roots: PlannedRoot[] = [];
  for (const [root, its] of evidence.all()) {
    const stored = await store.read(tenant, root.slice(tenant.length + 1));
    const plan = planRoot(root, stored, its, times);
    if (!isIdle(plan) || stored?.isUnfinished) roots.push({ stored, plan });
  }
  return { roots, drained, findings };
}

/**
 * Writes what was planned, and ends what an earlier recovery began. The tenant is closed for it.
 * @throws {LedgerUnavailable}
 */
export async function applyRecovery(
  { roots }: RecoveryPlan,
  store: RedisRecovery,
  epoch: number,
): Promise<void> {
  for (const { plan, stored } of roots) {
    if (plan.opens === undefined && plan.steps.length === 0 && !stored?.isUnfinished) continue;
    await store.apply(plan, epoch);
  }
}

class Evidences {
  readonly #byRoot = new Map<string, RootEvidence>();

  of(root: string): RootEvidence {
    const known = this.#byRoot.get(root) ?? new RootEvidence();
    this.#byRoot.set(root, known);
    return known;
  }

  all(): [string, RootEvidence][] {
    return [...this.#byRoot].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

async function readDrained(
  { tenant, stateDirs }: RecoverySources,
  evidence: Evidences,
): Promise<{ drained: JournalHead; findings: readonly Finding[] }> {
  let drained: JournalHead = { number: 0, hash: '' };
  const check = new ChainCheck(tenant);
  for await (const text of chainLines(stateDirs.map((dir) => journalFolder(dir, tenant)))) {
    check.take(text);
    const line = readLine(text);
    if (line === undefined || !isIntact(text, line)) continue;
    evidence.of(line.entry.root).addEntry(line.entry);
    if (line.number > drained.number) drained = { number: line.number, hash: line.hash };
  }
  return { drained, findings: check.finish() };
}

async function readUndrained(
  { tenant, ledger }: RecoverySources,
  evidence: Evidences,
): Promise<void> {
  for (let after = 0; ; ) {
    const { entries } = await ledger.journal({ tenant, after, max: MAX_JOURNAL_PAGE });
    const last = entries.at(-1);
    if (last === undefined) return;
    for (const { entry } of entries) evidence.of(entry.root).addEntry(entry);
    after = last.number;
  }
}

function rootOf(operation: TenantMarks['operations'][number]): string {
  if (operation.kind === 'opened') {
    const { tenant, rootId } = operation.genesis;
    return `${tenant}/${rootId}`;
  }
  if ('reservation' in operation) {
    return operation.reservation.split('.').slice(1, 3).join('/');
  }
  return operation.account.split('/').slice(0, 2).join('/');
}
