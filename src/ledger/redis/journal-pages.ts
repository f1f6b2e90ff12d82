import type { JournalPage, JournalRequest, TrimRequest } from '../contract.js';
import { corrupt, readWhole } from './codec.js';
import { readEntry } from './journal.js';
import { headKey, journalKey } from './keys.js';
import type { Store } from './store.js';

/**
 * Entries of a tenant's journal by number. An item of the stream has what one call changed, under the
 * number of the first of it.
 */
export async function readJournal(
  store: Store,
  { tenant, after, max }: JournalRequest,
): Promise<JournalPage> {
  const key = journalKey(tenant);
  // The item that has the entry after `after` may begin before it.
  const before = await store.call(key, (redis) => redis.xrevrange(key, after + 1, '-', 'COUNT', 1));
  const from = before[0]?.[0] ?? '-';
  // Both at one moment, since a drainer may be trimming meanwhile.
  const both = await store.call(key, (redis) =>
    redis
      .multi()
      .hmget(headKey(tenant), 'n', 't', 'd', 'h')
      .xrange(key, from, '+', 'COUNT', max)
      .exec(),
  );
  const [last, trimmed, drained, hash] = answerOf<(string | null)[]>(both, 0);
  const items = answerOf<[string, string[]][]>(both, 1);
  const entries: { number: number; entry: JournalPage['entries'][number]['entry'] }[] = [];
  for (const [id, fields] of items) {
    const [, rootId = '', , lines = ''] = fields;
    let number = readWhole(id.split('-')[0]);
    for (const line of lines.split('\n')) {
      if (number > after && entries.length < max) {
        entries.push({ number, entry: readEntry(tenant, rootId, line) });
      }
      number += 1;
    }
  }
  checkNumbers(entries, after, Number(trimmed ?? 0));
  return {
    entries,
    nextNumber: Number(last ?? 0) + 1,
    trimmedThrough: Number(trimmed ?? 0),
    head: { number: Number(drained ?? 0), hash: hash ?? '' },
  };
}

/** What one command of a transaction was answered, as the store's protocol has it. */
function answerOf<T>(results: [Error | null, unknown][] | null, place: number): T {
  const [error, answer] = results?.[place] ?? [undefined, undefined];
  if (error) throw error;
  if (answer === undefined) throw corrupt('answer', 'to a transaction');
  return answer as T;
}

function checkNumbers(entries: JournalPage['entries'], after: number, trimmed: number): void {
  let expected = Math.max(after, trimmed) + 1;
  for (const { number } of entries) {
    if (number !== expected) throw corrupt('journal', `entry ${number}, not ${expected}`);
    expected += 1;
  }
}

/** Whole items leave: an item that has a later entry too stays. Answers the last entry gone. */
export async function trimJournal(store: Store, { tenant, through }: TrimRequest): Promise<number> {
  const answer = await store.run('trim', [journalKey(tenant), headKey(tenant)], [String(through)]);
  return readWhole(String(answer));
}
