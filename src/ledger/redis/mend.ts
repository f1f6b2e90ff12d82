/** A tenant's journal in the store, made anew where a part of it is gone, so that it can be drained again. */
import type { JournalHead } from '../contract.js';
import { headKey, journalKey } from './keys.js';
import type { Store } from './store.js';
import type { StoredItem, StoredJournal } from './stored-journal.js';

const AT_ONCE = 500;
/** For longer than any recovery takes. */
const LEFT_MS = 86_400_000;

export interface MendedJournal {
  readonly drained: JournalHead;
  /** The number of its last entry. */
  readonly last: number;
  readonly items: readonly StoredItem[];
  /** How far the one that it takes the place of was drained. */
  readonly before: number;
}

/**
 * What is left of it, numbered after what was drained. What is in the files already, and what can't be read,
 * is left out.
 * @param isDrained whether the files have this item's entries under their numbers
 */
export function mended(
  { items, drained: { number: before } }: Pick<StoredJournal, 'items' | 'drained'>,
  drained: JournalHead,
  isDrained: (item: StoredItem) => boolean,
): MendedJournal {
  let last = drained.number;
  const kept: StoredItem[] = [];
  for (const item of items) {
    if (item.entries === undefined || isDrained(item)) continue;
    kept.push({ ...item, number: last + 1 });
    last += item.entries.length;
  }
  return { drained, last, items: kept, before };
}

/**
 * Written beside the one that is there, and put in its place in one step: broken off before that, nothing has
 * changed, and the next one begins anew.
 */
export async function mendJournal(
  store: Store,
  tenant: string,
  { drained, last, items, before }: MendedJournal,
  token: string,
): Promise<void> {
  const [head, journal] = [headKey(tenant), journalKey(tenant)];
  // Another recovery may be at it. What is left of one that broke off goes by itself.
  const beside = `${journal}:${token}`;
  await store.change(beside, (redis) => redis.del(beside));
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await store.change(beside, async (redis) => {
      const batch = redis.multi();
      for (const { number, fields } of items.slice(from, from + AT_ONCE)) {
        batch.xadd(beside, `${number}-0`, ...fields);
      }
      batch.pexpire(beside, LEFT_MS);
      const [failed] = ((await batch.exec()) ?? []).flatMap(([error]) => error ?? []);
      if (failed !== undefined) throw failed;
    });
  }
  const hash = drained.hash === '' ? '-' : drained.hash;
  await store.run(
    'mend',
    [head, journal, beside],
    [token, `${last} ${drained.number} ${hash} ${before}`],
  );
}
