import type Libsql from 'libsql';

/** So many transactions at most are noted one behind the other, before the tables catch up. */
export const MAX_NOTED = 64;

/** What the notes are rounded up to: {@link padded}. */
const FIRST_PAGE_BYTES = 4_000;
const OVERFLOW_PAGE_BYTES = 4_092;

interface RedoRow {
  readonly tenant: string;
  /** A line for each. */
  readonly entries: string;
  readonly entryCount: number;
  readonly records: string;
}

/**
 * The SQL of the redo log: what transactions changed that the tables don't show yet, a row each. It
 * opens no transaction. Rows up to the one that `store.caught_up` names are of no interest any more.
 */
export class RedoRows {
  readonly #statements: ReturnType<typeof prepare>;
  /** Of the last row that was written or read. */
  #last = 0;
  #caughtUp = 0;

  constructor(db: Libsql.Database) {
    this.#statements = prepare(db);
  }

  /** Rows that the tables don't show. */
  get count(): number {
    return this.#last - this.#caughtUp;
  }

  /** Those that the tables don't show, in order, as the file has them. */
  read(): RedoRow[] {
    const [caughtUp] = this.#statements.caughtUp.get([]) as [number];
    const rows = this.#statements.read.all([caughtUp]) as [
      number,
      string,
      string,
      number,
      string,
    ][];
    this.#caughtUp = caughtUp;
    this.#last = caughtUp + rows.length;
    return rows.map(([number, tenant, entries, entryCount, records], place) => {
      const expected = caughtUp + 1 + place;
      if (number !== expected) throw new Error(`redo: found row ${number}, expected ${expected}`);
      return { tenant, entries, entryCount, records };
    });
  }

  /**
   * Behind the last, in the place of one that the tables show: {@link MAX_NOTED} places are enough.
   * @param entries of the tenant's journal, a line for each
   */
  append(tenant: string, entries: string, entryCount: number, records: string): void {
    const number = this.#last + 1;
    const place = number - this.#caughtUp;
    const filled = padded(records, entries.length);
    this.#statements.put.run([place, number, tenant, entryCount, entries, filled]);
    this.#last = number;
  }

  /** The entries go to the journal, behind its entry `last`, without passing through this program. */
  moveEntries(tenant: string, last: number): void {
    this.#statements.moveEntries.run([last, last, tenant, this.#caughtUp]);
  }

  /** The tables show all of them now. */
  catchUp(): void {
    if (this.count === 0) return;
    this.#statements.catchUp.run([this.#last]);
    this.#caughtUp = this.#last;
  }
}

/**
 * With spaces, so that a row fills whole pages of 4,096 bytes. A row of the length of the one before it is
 * written in its place; another length moves its neighbours, each a page more for the disk to sync.
 * Source: "Database File Format", 1.5 B-tree Pages: 35 bytes of a page are not payload, 4 of an overflow page.
 */
function padded(text: string, beside: number): string {
  const length = text.length + beside;
  const overflow = Math.ceil(Math.max(0, length - FIRST_PAGE_BYTES) / OVERFLOW_PAGE_BYTES);
  return text.padEnd(FIRST_PAGE_BYTES + overflow * OVERFLOW_PAGE_BYTES - beside);
}

function prepare(db: Libsql.Database) {
  return {
    caughtUp: db.prepare('SELECT caught_up FROM store').raw(true),
    read: db
      .prepare(
        `SELECT number, tenant, lines, entry_count, records FROM redo
         WHERE number > ? ORDER BY number`,
      )
      .raw(true),
    put: db.prepare(
      `INSERT INTO redo (place, number, tenant, entry_count, lines, records)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (place) DO UPDATE SET number = excluded.number, tenant = excluded.tenant,
         entry_count = excluded.entry_count, lines = excluded.lines, records = excluded.records`,
    ),
    moveEntries: db.prepare(
      `INSERT INTO journal (tenant, first, last, entries)
       SELECT tenant, ? + sum(entry_count) OVER upto - entry_count + 1,
         ? + sum(entry_count) OVER upto, lines
       FROM redo WHERE tenant = ? AND number > ? WINDOW upto AS (ORDER BY number)`,
    ),
    catchUp: db.prepare('UPDATE store SET caught_up = ?'),
  };
}
