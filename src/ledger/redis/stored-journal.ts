/** The journal that is left in the store, for a recovery: also one of which a part is gone, or can't be read. */
import { type JournalEntry, type JournalHead, LedgerUnavailable } from '../contract.js';
import { readEntries } from './journal.js';
import { headKey, journalKey } from './keys.js';
import type { Store } from './store.js';

/** The store does nothing else meanwhile: some milliseconds. */
const AT_ONCE = 500;

/** What one call told. */
export interface StoredItem {
  /** Of its first entry. */
  readonly number: number;
  /** All that the item has, each field before its value. */
  readonly fields: readonly string[];
  /** Undefined where no function of ours wrote it. */
  readonly entries: readonly JournalEntry[] | undefined;
}

export interface StoredJournal {
  /** The number of the last entry, by the tenant's head; undefined where that is gone. */
  readonly last: number | undefined;
  readonly drained: JournalHead;
  /** The number of the last entry that is not here any more. */
  readonly trimmed: number;
  readonly items: readonly StoredItem[];
}

/** @throws {LedgerUnavailable} */
export async function readStoredJournal(store: Store, tenant: string): Promise<StoredJournal> {
  const [head, key] = [headKey(tenant), journalKey(tenant)];
  const [n, t, d, h] = await store.call(head, (redis) => redis.hmget(head, 'n', 't', 'd', 'h'));
  const isStream = (await store.call(key, (redis) => redis.type(key))) === 'stream';
  const items: StoredItem[] = [];
  for (let from: string | undefined = isStream ? '-' : undefined; from !== undefined; ) {
    const start: string = from;
    const found = await store.call(key, (redis) => redis.xrange(key, start, '+', 'COUNT', AT_ONCE));
    items.push(...found.map(([id, fields]) => readItem(tenant, id, fields)));
    from = found.length < AT_ONCE ? undefined : `(${found.at(-1)?.[0]}`;
  }
  return {
    last: wholeOf(n),
    drained: { number: wholeOf(d) ?? 0, hash: h ?? '' },
    trimmed: wholeOf(t) ?? 0,
    items,
  };
}

/** What is wrong with it, or undefined: its items follow one another from what left it to its last entry. */
export function journalFault({ last, drained, trimmed, items }: StoredJournal): string | undefined {
  if (last === undefined) {
    return items.length === 0 ? undefined : 'found no number of the last entry in the head';
  }
  let next = trimmed + 1;
  for (const [place, { number, entries }] of items.entries()) {
    const isNext = place === 0 ? number <= next : number === next;
    if (!isNext) return `found entry ${number}, expected ${next}`;
    if (entries === undefined) return `found entry ${number}, which no ledger wrote`;
    next = number + entries.length;
  }
  if (next !== last + 1) return `found entries up to ${next - 1}, expected ${last}`;
  const isDrained = drained.number >= trimmed && drained.number <= last;
  if (!isDrained || drained.number > 0 !== (drained.hash !== '')) {
    return `found it drained up to ${drained.number}, expected ${trimmed} to ${last} with its hash`;
  }
  return undefined;
}

function readItem(tenant: string, id: string, fields: readonly string[]): StoredItem {
  const [number = '', part] = id.split('-');
  const [r, rootId = '', n, count, e, lines = ''] = fields;
  const isOurs = part === '0' && r === 'r' && n === 'n' && e === 'e';
  const entries = isOurs ? readable(tenant, rootId, lines) : undefined;
  const isWhole = entries !== undefined && entries.length > 0 && String(entries.length) === count;
  return { number: Number(number), fields, entries: isWhole ? entries : undefined };
}

function readable(tenant: string, rootId: string, lines: string): JournalEntry[] | undefined {
  try {
    return lines.split('\n').flatMap((line) => readEntries(tenant, rootId, line));
  } catch (error) {
    if (error instanceof LedgerUnavailable) return undefined;
    throw error;
  }
}

function wholeOf(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
