import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import { denialsFolder } from './denials.js';
import { type ReadEntry, type ReadOptions, readJournal } from './read.js';
import { readDenials } from './read-denials.js';
import { journalFolder } from './segments.js';

export interface ExportOptions extends Omit<ReadOptions, 'folders'> {
  /** The `stateDir` of each gateway that has drained. */
  readonly stateDirs: readonly string[];
  /** Only what is from then on, in milliseconds since 1970; all by default. */
  readonly sinceMs?: number;
  /** Only what is about this account or one below it. */
  readonly account?: string;
}

/**
 * A tenant's journal as JSON lines without their ends: entries in their order, and between them by
 * time the counts of denials, as `{"denied":{…}}`. Filters leave the `opened` entries of the roots
 * in, since they have the labels that the others are to be told by.
 */
export async function* exportLines(options: ExportOptions): AsyncGenerator<string> {
  const { stateDirs, tenant, sinceMs = 0, account } = options;
  const folders = stateDirs.map((dir) => journalFolder(dir, tenant));
  const denials = readDenials(
    stateDirs.map((dir) => denialsFolder(dir, tenant)),
    sinceMs,
  );
  let denial = await denials.next();
  /** The counts of minutes that had begun by then. */
  async function* denialsUntil(ms: number): AsyncGenerator<string> {
    for (; !denial.done && Date.parse(denial.value.minute) <= ms; denial = await denials.next()) {
      const { value } = denial;
      if (account === undefined || isWithin(value.account, account)) {
        yield canonicalJson({ denied: value });
      }
    }
  }
  for await (const read of readJournal({ ...options, folders })) {
    if (!isWanted(read, sinceMs, account)) continue;
    yield* denialsUntil(read.entry.timeMs);
    yield read.text;
  }
  yield* denialsUntil(Number.POSITIVE_INFINITY);
}

function isWanted({ entry }: ReadEntry, sinceMs: number, account: string | undefined): boolean {
  if (account === undefined) return entry.timeMs >= sinceMs || entry.kind === 'opened';
  if (entry.kind === 'opened') return isWithin(account, entry.account);
  return entry.timeMs >= sinceMs && isWithin(entry.account, account);
}

function isWithin(account: string, above: string): boolean {
  return account === above || account.startsWith(`${above}/`);
}
