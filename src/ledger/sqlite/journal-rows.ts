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

/** Of a long journal a part is trimmed with each call. */
const TRIMMED_AT_ONCE = 50_000;

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

/** Entries as a row has them: JSON has no line breaks of its own. */
export function linesOfEntries(entries: readonly JournalEntry[]): string {
  let text = '';
  for (const entry of entries) text += text === '' ? entryText(entry) : `\n${entryText(entry)}`;
  return text;
}

/** So many lines, at most, behind the first ones. */
function linesFrom(text: string, skipped: number, max: number): string {
  const start = placeOfLine(text, 0, skipped);
  const end = placeOfLine(text, start, max);
  return text.slice(start, end > text.length ? text.length : end - 1);
}

/** Where the line begins that is so many behind the one at a place; behind the end, where there are less. */
function placeOfLine(text: string, from: number, lines: number): number {
  let place = from;
  for (let line = 0; line < lines; line += 1) {
    const end = text.indexOf('\n', place);
    if (end < 0) return text.length + 1;
    place = end + 1;
  }
  return place;
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
    const first = this.lastNumber(tenant) + 1;
    const next = first + entries.length;
    this.#statements.append.run([tenant, first, next - 1, linesOfEntries(entries)]);
    this.#statements.putNext.run([tenant, next]);
  }

  /** Entries that the redo log has, likewise. */
  appendNoted(tenant: string, count: number, redo: RedoRows): void {
    const last = this.lastNumber(tenant);
    redo.moveEntries(tenant, last);
    this.#statements.putNext.run([tenant, last + 1 + count]);
  }

  page({ tenant, after, max }: JournalRequest): PageText {
    const standing = { ...this.#head(tenant), head: this.draining(tenant).head };
    const before = Math.max(after, standing.trimmedThrough);
    const end = before + max;
    const bounds = [tenant, before, tenant, end, end];
    const rows = this.#statements.page.all(bounds) as [number, string][];
    const [firstRow] = rows;
    const text = rows.map(([, entries]) => entries).join('\n');
    const skipped = firstRow === undefined ? 0 : before + 1 - firstRow[0];
    return { first: before + 1, text: linesFrom(text, skipped, max), ...standing };
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
    const drained = this.draining(tenant).head.number;
    const last = Math.min(through, drained, trimmedThrough + TRIMMED_AT_ONCE);
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
    // Up to the row that has the page's end. Asked by their first entries, all rows behind would be read.
    page: read(
      `SELECT first, entries FROM journal WHERE tenant = ? AND last > ? AND last <= coalesce(
         (SELECT min(last) FROM journal WHERE tenant = ? AND last >= ?), ?) ORDER BY last`,
    ),
    append: write('INSERT INTO journal (tenant, first, last, entries) VALUES (?, ?, ?, ?)'),
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
    // A row of which some entries are left stays whole: what is trimmed is not shown.
    trim: write('DELETE FROM journal WHERE tenant = ? AND last <= ?'),
    putTrimmed: write('UPDATE journal_heads SET trimmed_through = ? WHERE tenant = ?'),
  };
}
