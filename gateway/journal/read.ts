import type { JournalEntry, JournalHead, JournalPage, Ledger } from '../../src/ledger/contract.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import { chainLine, hashAt, readLine } from '../../src/ledger/journal/chain.js';
import { chainLines } from './segments.js';

/** One entry, drained or not, as the line that it is or will be. */
export interface ReadEntry {
  readonly text: string;
  readonly number: number;
  readonly hash: string;
  readonly entry: JournalEntry;
}

export interface ReadOptions {
  /** Where gateways keep what they drained: each one's folder of this tenant. */
  readonly folders: readonly string[];
  readonly ledger: Pick<Ledger, 'journal'>;
  readonly tenant: string;
  /** Only entries with greater numbers. */
  readonly after?: number;
  /** Is told of entries that are in none of the folders, and not in the store any more. */
  readonly onMissing: (from: number, through: number) => void;
}

const PAGE = 1_000;

/**
 * A tenant's journal in order: what was drained, then what is in the store alone, as the very lines
 * that it will be drained as. A gateway may be draining meanwhile: nothing is left out or told twice.
 * Nothing is verified here.
 */
export async function* readJournal(options: ReadOptions): AsyncGenerator<ReadEntry> {
  const { folders, ledger, tenant, onMissing, after = 0 } = options;
  const { head } = await ledger.journal({ tenant, after: 0, max: 1 });
  let last: JournalHead = after < head.number ? { number: after, hash: '' } : head;
  // What stands behind it in the files may be anybody's: of those, the store tells its own.
  let drained = head.number;
  for (let looked = 0; ; looked++) {
    for await (const entry of readDrained(folders, last.number, drained)) {
      last = { number: entry.number, hash: entry.hash };
      if (entry.number > after) yield entry;
    }
    const page = await ledger.journal({ tenant, after: last.number, max: PAGE });
    drained = page.head.number;
    const next = page.entries[0]?.number ?? page.nextNumber;
    const previous = last.number === page.head.number ? hashAt(tenant, page.head) : last.hash;
    if (next > last.number + 1 || previous === '') {
      // Drained since the files were read; or by a gateway whose folder was not given.
      if (looked === 0) continue;
      onMissing(last.number + 1, page.head.number);
      last = page.head;
      continue;
    }
    looked = 0;
    if (page.entries.length === 0) return;
    for (const entry of asChained(previous, page)) {
      last = { number: entry.number, hash: entry.hash };
      if (entry.number > after) yield entry;
    }
  }
}

function* asChained(from: string, { entries }: JournalPage): Generator<ReadEntry> {
  let previous = from;
  for (const { number, entry } of entries) {
    const { text, hash } = chainLine(previous, number, canonicalJson(entry));
    yield { text, number, hash, entry };
    previous = hash;
  }
}

/** What is no line of a journal is left to `verify`. */
async function* readDrained(
  folders: readonly string[],
  after: number,
  through: number,
): AsyncGenerator<ReadEntry> {
  let last = after;
  for await (const text of chainLines(folders, { after })) {
    const line = readLine(text);
    if (line === undefined || line.number <= last || line.number > through) continue;
    last = line.number;
    yield { ...line, text };
  }
}
