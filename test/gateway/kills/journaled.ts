import { expect } from 'vitest';
import { readJournal } from '../../../gateway/journal/read.js';
import { journalFolder } from '../../../gateway/journal/segments.js';
import type {
  HeldEntry,
  JournalEntry,
  Ledger,
  ResolvedEntry,
} from '../../../src/ledger/contract.js';
import { ChainCheck } from '../../../src/ledger/journal/verify.js';
import { CREDIT } from '../../ledger/fixtures.js';

/**
 * A tenant's whole journal: what gateways have drained into these folders, and what is in the store
 * alone. Every entry is there once, in a chain without a fault, whichever gateway was killed at it.
 */
export async function wholeJournal(
  ledger: Ledger,
  tenant: string,
  stateDirs: readonly string[],
): Promise<JournalEntry[]> {
  const folders = stateDirs.map((dir) => journalFolder(dir, tenant));
  const { head } = await ledger.journal({ tenant, after: 0, max: 1 });
  const check = new ChainCheck(tenant, head);
  const entries: JournalEntry[] = [];
  const onMissing = (from: number, through: number) => {
    throw new Error(`journal: found nothing of ${from} to ${through}, expected all since 1`);
  };
  for await (const { text, entry } of readJournal({ folders, ledger, tenant, onMissing })) {
    check.take(text);
    entries.push(entry);
  }
  expect(check.finish()).toEqual([]);
  expect(check.head.number).toBe(entries.length);
  return entries;
}

/** One call, as the journal tells it. */
export interface Told {
  readonly reservation: string;
  readonly account: string;
  readonly deadlineMs: number;
  /** Undefined while the hold is open. */
  readonly ended?: ResolvedEntry['kind'];
  readonly charged: number;
  readonly requestId?: string;
}

/**
 * Every call by the id in its tags. On the way it is seen that no leaf has ever held and spent more
 * than its limit, that each call was held once, and that no hold ended twice but by one correction.
 */
export function callsTold(
  entries: readonly JournalEntry[],
  limitOf: (account: string) => number,
): Map<string, Told> {
  const used = new Map<string, number>();
  const calls = new Map<string, Told>();
  const idOf = new Map<string, string>();
  const use = (account: string, by: number) => {
    const now = (used.get(account) ?? 0) + by;
    used.set(account, now);
    const limit = limitOf(account);
    if (now > limit) throw new Error(`${account}: found ${now} in use, expected at most ${limit}`);
  };
  const hold = ({ account, reservation, deadlineMs, granted, about }: HeldEntry) => {
    use(account, granted.credits ?? 0);
    const id = about?.tags?.['id'] ?? '';
    if (calls.has(id)) throw new Error(`${id}: held twice`);
    calls.set(id, { reservation, account, deadlineMs, charged: 0 });
    idOf.set(reservation, id);
  };
  const resolve = ({ kind, account, reservation, granted, charged, upstream }: ResolvedEntry) => {
    const id = idOf.get(reservation);
    const call = calls.get(id ?? '');
    // The mark of a release whose reservation never arrived.
    if (id === undefined || call === undefined) {
      expect([kind, granted.credits ?? 0]).toEqual(['released', 0]);
      return;
    }
    const before = kind === 'corrected' ? 'presumed_spent' : undefined;
    expect([id, kind, call.ended]).toEqual([id, kind, before]);
    use(account, (charged.credits ?? 0) - (granted.credits ?? 0));
    const { requestId } = upstream ?? {};
    const charge = (charged.credits ?? 0) / CREDIT;
    calls.set(id, { ...call, ended: kind, charged: charge, ...(requestId && { requestId }) });
  };
  for (const entry of entries) {
    if (entry.kind === 'held') hold(entry);
    else if ('charged' in entry) resolve(entry);
  }
  return calls;
}
