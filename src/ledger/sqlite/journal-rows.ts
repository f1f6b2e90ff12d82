import type Libsql from 'libsql';
import type {
  JournalEntry,
  JournalPage,
  JournalRequest,
  JournalStanding,
  JournalTextPage,
} from '../contract.js';
import { canonicalJson } from '../journal/canonical.js';
import { entryText } from '../journal/entry-text.js';
import { type Draining, NOT_DRAINED } from '../rules/draining.js';
import type { RedoRows } from './redo-rows.js';

/** A tenant's journal as a whole. */
type Head = Pick<JournalStanding, 'nextNumber' | 'trimmedThrough'>;

/** A page with its entries as they are written: they are read by who asked, and not on the way. */
export interface PageText extends JournalStanding {
  readonly first: number;
  /** A line for each. */
  readonly text: string;
}

export function readPage({ first, text, ...standing }: PageText): JournalPage {
  const entries = linesOf(text).map((line, place) => ({
    number: first + place,
    entry: JSON.parse(line) as JournalEntry,
  }));
  return { entries, ...standing };
}

export function readTexts({ text, ...page }: PageText): JournalTextPage {
  return { texts: linesOf(text).map(canonical), ...page };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** A row of a version that wrote them in no order of their own begins with another name. */
function canonical(line: string): string {
  return line.startsWith('{"a') ? line : canonicalJson(JSON.parse(line));
}

/** The SQL of the journal. It opens no transaction: an entry goes in with the changes it tells of. */
export class JournalRows {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Libsql.Database) {
    this.#statements = prepare(db);
  }

  /** Under the next numbers of the tenant, without gaps. */
  append(tenant: string, entries: readonly JournalEntry[]): void {
    const last = this.lastNumber(tenant);
    this.#statements.append.run([tenant, last + 1, `[${entries.map(entryText).join(',')}]`]);
    this.#statements.putNext.run([tenant, last + 1 + entries.length]);
  }

  /** Entries that the redo log has, likewise. */
  appendNoted(tenant: string, count: number, redo: RedoRows): void {
    const last = this.lastNumber(tenant);
    redo.moveEntries(tenant, last);
    this.#statements.putNext.run([tenant, last + 1 + count]);
  }

  page({ tenant, after, max }: JournalRequest): PageText {
    const rows = this.#statements.page.all([tenant, after, max]) as [string][];
    const standing = { ...this.#head(tenant), head: this.draining(tenant).head };
    const first = Math.max(after, standing.trimmedThrough) + 1;
    return { first, text: rows.join('\n'), ...standing };
  }

  lastNumber(tenant: string): number {
    return this.#head(tenant).nextNumber - 1;
  }

  draining(tenant: string): Draining {
    const row = this.#statements.draining.get([tenant]) as
      | [number, string, string, number]
      | undefined;
    if (row === undefined) return NOT_DRAINED;
    const [number, hash, holder, untilMs] = row;
    return { head: { number, hash }, holder, untilMs };
  }

  putDraining(tenant: string, { head, holder, untilMs }: Draining): void {
    this.#statements.putDraining.run([tenant, head.number, head.hash, holder, untilMs]);
  }

  /** Never past the head. Answers the number up to which entries are gone. */
  trim(tenant: string, through: number): number {
    const { trimmedThrough } = this.#head(tenant);
    const last = Math.min(through, this.draining(tenant).head.number);
    if (last <= trimmedThrough) return trimmedThrough;
    this.#statements.trim.run([tenant, last]);
    this.#statements.putTrimmed.run([last, tenant]);
    return last;
  }

  #head(tenant: string): Head {
    const row = this.#statements.head.get([tenant]) as [number, number] | undefined;
    const [nextNumber, trimmedThrough] = row ?? [1, 0];
    return { nextNumber, trimmedThrough };
  }
}

function prepare(db: Libsql.Database) {
  const read = (sql: string) => db.prepare(sql).raw(true);
  const write = (sql: string) => db.prepare(sql);
  return {
    head: read('SELECT next_number, trimmed_through FROM journal_heads WHERE tenant = ?'),
    page: read('SELECT entry FROM journal WHERE tenant = ? AND number > ? ORDER BY number LIMIT ?'),
    // A row for each of a list's members: a fifth cheaper than a statement for each.
    append: write(
      'INSERT INTO journal (tenant, number, entry) SELECT ?, ? + key, value FROM json_each(?)',
    ),
    putNext: write(
      `INSERT INTO journal_heads (tenant, next_number, trimmed_through, head_hash)
       VALUES (?, ?, 0, '') ON CONFLICT (tenant) DO UPDATE SET next_number = excluded.next_number`,
    ),
    draining: read(
      'SELECT head_number, head_hash, holder, until_ms FROM journal_heads WHERE tenant = ?',
    ),
    putDraining: write(
      `INSERT INTO journal_heads
         (tenant, next_number, trimmed_through, head_number, head_hash, holder, until_ms)
       VALUES (?, 1, 0, ?, ?, ?, ?) ON CONFLICT (tenant) DO UPDATE SET
         head_number = excluded.head_number, head_hash = excluded.head_hash,
         holder = excluded.holder, until_ms = excluded.until_ms`,
    ),
    trim: write('DELETE FROM journal WHERE tenant = ? AND number <= ?'),
    putTrimmed: write('UPDATE journal_heads SET trimmed_through = ? WHERE tenant = ?'),
  };
}
