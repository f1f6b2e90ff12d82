import type { JournalHead } from '../src/ledger/contract.js';
import { isIntact, readLine } from '../src/ledger/journal/chain.js';
import { offChain } from '../src/ledger/journal/off-chain.js';
import { ChainCheck, type Finding } from '../src/ledger/journal/verify.js';
import { RootEvidence } from '../src/ledger/recovery/evidence.js';
import { isIdle, planRoot, type RootPlan } from '../src/ledger/recovery/plan.js';
import type { StoredRoot } from '../src/ledger/recovery/steps.js';
import { type MendedJournal, mended } from '../src/ledger/redis/mend.js';
import type { RedisRecovery } from '../src/ledger/redis/recovery.js';
import { journalFault, type StoredJournal } from '../src/ledger/redis/stored-journal.js';
import { DrainedEvidence } from './journal/drained-evidence.js';
import { chainLines, journalFolder } from './journal/segments.js';
import type { TenantMarks } from './marks/read-marks.js';

export interface RecoverySources {
  readonly tenant: string;
  readonly stateDirs: readonly string[];
  readonly marks: readonly TenantMarks[];
  /** The tenant's, by the store; 0 for none. */
  readonly epoch: number;
  readonly store: RedisRecovery;
}

/** A root as it is, and what is to be done to it. */
export interface PlannedRoot {
  readonly plan: RootPlan;
  readonly stored: StoredRoot | undefined;
}

export interface RecoveryPlan {
  /** Those of which something is to be written, or to be told. */
  readonly roots: readonly PlannedRoot[];
  /** What the store's journal is to be, where it can't stay as it is; and why it can't. */
  readonly mended: (MendedJournal & { readonly why: string }) | undefined;
  /** What is wrong with the files: an entry that is not there, or was altered, says nothing. */
  readonly findings: readonly Finding[];
}

/**
 * What a tenant lost, by all that is known: the store, the journal in the files and behind it in the
 * store, and the gateways' marks. Changes nothing.
 * @throws {LedgerUnavailable}
 */
export async function planRecovery(sources: RecoverySources): Promise<RecoveryPlan> {
  const { tenant, marks, store } = sources;
  const journal = await store.journal(tenant);
  const { evidence, findings, mended } = await readJournals(sources, journal);
  for (const { marks: ofRoots, operations } of marks) {
    for (const operation of operations) evidence.of(rootOf(operation)).addNoted(operation);
    for (const [root, mark] of ofRoots) evidence.of(root).addMark(mark);
  }
  for (const rootId of await store.roots(tenant)) evidence.of(`${tenant}/${rootId}`);
  const times = { nowMs: await store.nowMs(tenant), retainMs: await store.retainMs(tenant) };
  const roots: PlannedRoot[] = [];
  for (const [root, its] of evidence.all()) {
    const stored = await store.read(tenant, root.slice(tenant.length + 1));
    const plan = planRoot(root, stored, its, times);
    if (!isIdle(plan) || stored?.isUnfinished) roots.push({ stored, plan });
  }
  return { roots, mended, findings };
}

/**
 * Writes what was planned, and ends what an earlier recovery began. The tenant is closed for it.
 * @throws {LedgerUnavailable}
 */
export async function applyRecovery(
  { roots, mended }: RecoveryPlan,
  { tenant, store }: Pick<RecoverySources, 'tenant' | 'store'>,
  epoch: number,
): Promise<void> {
  // All of it was read, and what is left of it stays there, for whoever goes on where this one breaks off.
  if (mended !== undefined) await store.mend(tenant, mended);
  for (const { plan, stored } of roots) {
    const { opens, steps, isBehind } = plan;
    if (opens === undefined && steps.length === 0 && !isBehind && !stored?.isUnfinished) continue;
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

interface Journals {
  readonly evidence: Evidences;
  readonly findings: readonly Finding[];
  readonly mended: RecoveryPlan['mended'];
}

/** What the files and the store tell, of which each line counts that is the journal's. */
async function readJournals(sources: RecoverySources, journal: StoredJournal): Promise<Journals> {
  const first = await readDrained(sources, journal, new Set());
  const isDoubtful = first.findings.some(({ fault }) => fault !== 'missing');
  const { drained } = journal;
  const off =
    isDoubtful && drained.hash !== ''
      ? await offChain(linesOf(sources), drained)
      : new Set<string>();
  const read = off.size === 0 ? first : await readDrained(sources, journal, off);
  for (const entry of journal.items.flatMap(({ entries = [] }) => entries)) {
    read.evidence.of(entry.root).addEntry(entry);
  }
  const { evidence, findings } = read;
  return { evidence, findings, mended: mendedJournal(journal, read) };
}

interface Drained {
  readonly evidence: Evidences;
  readonly findings: readonly Finding[];
  /** The last line that counts. */
  readonly last: JournalHead;
  /** Numbers of those behind the head that the store has too. */
  readonly same: ReadonlySet<number>;
  /** Some behind the head are not in the store. */
  readonly isMore: boolean;
}

async function readDrained(
  sources: RecoverySources,
  journal: StoredJournal,
  off: ReadonlySet<string>,
): Promise<Drained> {
  const { tenant, epoch, marks } = sources;
  const evidence = new Evidences();
  const check = new ChainCheck(tenant, journal.drained);
  const held = new DrainedEvidence(journal, epoch, marks);
  const inserted: Finding[] = [];
  const same = new Set<number>();
  let isMore = false;
  let last: JournalHead = { number: 0, hash: '' };
  for await (const text of linesOf(sources)) {
    const line = readLine(text);
    const isOwn = line !== undefined && isIntact(text, line) && !off.has(line.hash);
    const told = isOwn ? held.told(line) : undefined;
    if (told === 'inserted') inserted.push({ number: line?.number ?? 0, fault: told });
    else check.take(text);
    if (line === undefined || told === undefined || told === 'inserted') continue;
    evidence.of(line.entry.root).addEntry(line.entry);
    const { number, hash } = line;
    if (told === 'same') same.add(number);
    else isMore ||= number > journal.drained.number;
    if (number > last.number) last = { number, hash };
  }
  return { evidence, findings: [...check.finish(), ...inserted], last, same, isMore };
}

/** Where nothing is wrong with the store's journal, it stays as it is. */
function mendedJournal(
  journal: StoredJournal,
  { last, same, isMore }: Drained,
): RecoveryPlan['mended'] {
  const fault = journalFault(journal);
  if (fault === undefined && !isMore) return undefined;
  const { drained } = journal;
  const isOfStore = drained.hash !== '' && drained.number >= last.number;
  const isDrained = ({ number, entries = [] }: StoredJournal['items'][number]) =>
    entries.every((_, place) => number + place <= drained.number || same.has(number + place));
  const why =
    fault ?? `found it up to entry ${journal.last ?? 0}, expected ${last.number} or later`;
  return { ...mended(journal, isOfStore ? drained : last, isDrained), why };
}

function linesOf({ tenant, stateDirs }: RecoverySources): AsyncIterable<string> {
  return chainLines(stateDirs.map((dir) => journalFolder(dir, tenant)));
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
