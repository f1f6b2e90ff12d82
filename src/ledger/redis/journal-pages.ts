import type {
  JournalPage,
  JournalRequest,
  JournalStanding,
  JournalTextPage,
  TrimRequest,
} from '../contract.js';
import { corrupt, readWhole } from './codec.js';
import { readEntries } from './journal.js';
import { JournalTexts } from './journal-text.js';
import { headKey, journalKey } from './keys.js';
import type { Store } from './store.js';

/** An item of the stream: what one call changed, under the number of the first of it. */
interface Item {
  readonly number: number;
  readonly rootId: string;
  /** How many entries its lines tell. */
  readonly count: number;
  readonly lines: readonly string[];
}

/** Items are of a dozen entries in a store that is busy, and of one in another. */
const FIRST_ITEMS = 64;

/** Entries of a tenant's journal by number. */
export async function readJournal(
  store: Store,
  { tenant, after, max }: JournalRequest,
): Promise<JournalPage> {
  const { items, standing } = await readItems(store, { tenant, after, max });
  const entries: { number: number; entry: JournalPage['entries'][number]['entry'] }[] = [];
  for (const { number: first, rootId, count, lines } of items) {
    const its = lines.flatMap((line) => readEntries(tenant, rootId, line));
    if (its.length !== count) throw corrupt('journal', `${its.length} entries, not ${count}`);
    for (const [place, entry] of its.entries()) {
      const number = first + place;
      if (number > after && entries.length < max) entries.push({ number, entry });
    }
  }
  return { entries, ...standing };
}

/** Whole items, so that the next page begins with one. */
export async function readJournalTexts(
  store: Store,
  { tenant, after, max }: JournalRequest,
): Promise<JournalTextPage> {
  const { items, standing } = await readItems(store, { tenant, after, max });
  const reader = new JournalTexts(tenant);
  const texts: string[] = [];
  for (const { rootId, count, lines } of items) {
    const told = texts.length;
    for (const line of lines) reader.read(rootId, line, texts);
    const found = texts.length - told;
    if (found !== count) throw corrupt('journal', `${found} entries, not ${count}`);
  }
  // The first item may begin before, where a head was moved to the middle of it.
  const before = after + 1 - (items[0]?.number ?? after + 1);
  if (before > 0) texts.splice(0, before);
  const first = Math.max(after, standing.trimmedThrough) + 1;
  return { first, texts, ...standing };
}

interface Items {
  readonly items: readonly Item[];
  readonly standing: JournalStanding;
}

/** Whole items, of at least `max` of the entries after `after`, or all that there are. */
async function readItems(store: Store, request: JournalRequest): Promise<Items> {
  const { tenant, after, max } = request;
  const key = journalKey(tenant);
  const firstItems = Math.min(max, FIRST_ITEMS);
  let found = await readFirst(store, tenant, idOf(after + 1), firstItems);
  if (found.items[0]?.number !== firstOf(request, found)) {
    // The item that has the first of them may begin before it.
    const [before] = await store.call(key, (redis) =>
      redis.xrevrange(key, after + 1, '-', 'COUNT', 1),
    );
    found = await readFirst(store, tenant, before?.[0] ?? '-', firstItems);
  }
  const items = [...found.items];
  const first = firstOf(request, found);
  const { nextNumber } = found.standing;
  let next = endOf(items, first);
  while (items.length > 0 && next < nextNumber && next - first < max) {
    // As many as it takes, if they are of the size of those before them.
    const count = Math.ceil(((max - (next - first)) / (next - first)) * items.length);
    const [from, to] = [idOf(next), idOf(nextNumber - 1)];
    const more = readStream(
      await store.call(key, (redis) => redis.xrange(key, from, to, 'COUNT', count)),
    );
    // Another has trimmed them meanwhile.
    if (more[0]?.number !== next) break;
    items.push(...more);
    next = endOf(more, next);
  }
  return { items, standing: found.standing };
}

/** Both at one moment, since a drainer may be trimming meanwhile. */
async function readFirst(
  store: Store,
  tenant: string,
  from: string,
  count: number,
): Promise<Items> {
  const key = journalKey(tenant);
  const both = await store.call(key, (redis) =>
    redis
      .multi()
      .hmget(headKey(tenant), 'n', 't', 'd', 'h')
      .xrange(key, from, '+', 'COUNT', count)
      .exec(),
  );
  const [last, trimmed, drained, hash] = answerOf<(string | null)[]>(both, 0);
  const standing = {
    nextNumber: Number(last ?? 0) + 1,
    trimmedThrough: Number(trimmed ?? 0),
    head: { number: Number(drained ?? 0), hash: hash ?? '' },
  };
  return { items: readStream(answerOf(both, 1)), standing };
}

function readStream(items: readonly [string, string[]][]): Item[] {
  return items.map(([id, [, rootId = '', , count, , lines = '']]) => ({
    number: readWhole(id.split('-', 1)[0]),
    rootId,
    count: readWhole(count),
    lines: lines.split('\n'),
  }));
}

function idOf(number: number): string {
  return `${number}-0`;
}

/** The first entry that can be told. */
function firstOf({ after }: JournalRequest, { standing }: Items): number {
  return Math.max(after, standing.trimmedThrough) + 1;
}

/** The number that follows these items, the first of which has the entry `first`. */
function endOf(items: readonly Item[], first: number): number {
  let next = first;
  for (const [place, { number, count }] of items.entries()) {
    const isNext = place === 0 ? number <= next : number === next;
    if (!isNext) throw corrupt('journal', `entry ${number}, not ${next}`);
    next = number + count;
  }
  return next;
}

/** What one command of a transaction was answered, as the store's protocol has it. */
function answerOf<T>(results: [Error | null, unknown][] | null, place: number): T {
  const [error, answer] = results?.[place] ?? [undefined, undefined];
  if (error) throw error;
  if (answer === undefined) throw corrupt('answer', 'to a transaction');
  return answer as T;
}

/** Whole items leave: an item that has a later entry too stays. Answers the last entry gone. */
export async function trimJournal(store: Store, { tenant, through }: TrimRequest): Promise<number> {
  const answer = await store.run('trim', [journalKey(tenant), headKey(tenant)], [String(through)]);
  return readWhole(String(answer));
}
