import type Libsql from 'libsql';
import { LedgerUnavailable } from '../contract.js';

/** "bLDG": says in the file's own header that it is a ledger of this program. */
const APPLICATION_ID = 0x62_4c_44_47;
/** Raised with every table or column that an older program would wrongly ignore. */
const SCHEMA_VERSION = 1;
const MAX = Number.MAX_SAFE_INTEGER;

/**
 * Four tables. Amounts are micro-units; the checks are a second fence behind the rules, which never
 * store anything else.
 *
 * What comes later needs new tables and no change of a row that is there, so that version 1 → 2 is
 * a few `CREATE TABLE`s and a new number, and an older program refuses the file instead of
 * ignoring what it does not know:
 * - windows: counters by (root, below, unit, window, start), beside the ones for life here; which
 *   of them a hold touched goes into its `record`, as does the part that a carve-out paid
 * - carve-outs, pauses, revocations, top-ups: rows by (root, below), apart from `accounts`, since
 *   they exist for accounts that were never charged too
 * - the journal: (tenant, number) → entry, with the chain's head per tenant; each entry carries
 *   `roots.sequence`, which counts the changes of a root from the first
 * - the fence: epoch per store, nonce per root
 */
const SCHEMA = `
  CREATE TABLE store (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pings INTEGER NOT NULL             -- written by ping, to prove that a commit gets through
  ) STRICT;
  INSERT INTO store VALUES (1, 0);

  CREATE TABLE roots (
    root INTEGER PRIMARY KEY,          -- stands for the name in the other tables
    tenant TEXT NOT NULL,
    root_id TEXT NOT NULL,
    genesis TEXT NOT NULL,             -- JSON of Genesis, as minted
    sequence INTEGER NOT NULL,
    clock_ms INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    open_holds INTEGER NOT NULL CHECK (open_holds >= 0),
    UNIQUE (tenant, root_id)
  ) STRICT;

  -- Accounts that were charged at least once. The key makes a subtree one range.
  CREATE TABLE accounts (
    root INTEGER NOT NULL,
    below TEXT NOT NULL,               -- the holders below the root, joined by '/'; '' is the root
    credits_spent INTEGER NOT NULL CHECK (credits_spent BETWEEN 0 AND ${MAX}),
    credits_held INTEGER NOT NULL CHECK (credits_held BETWEEN 0 AND ${MAX}),
    usd_spent INTEGER NOT NULL CHECK (usd_spent BETWEEN 0 AND ${MAX}),
    usd_held INTEGER NOT NULL CHECK (usd_held BETWEEN 0 AND ${MAX}),
    tokens_spent INTEGER NOT NULL CHECK (tokens_spent BETWEEN 0 AND ${MAX}),
    tokens_held INTEGER NOT NULL CHECK (tokens_held BETWEEN 0 AND ${MAX}),
    calls_spent INTEGER NOT NULL CHECK (calls_spent BETWEEN 0 AND ${MAX}),
    calls_held INTEGER NOT NULL CHECK (calls_held BETWEEN 0 AND ${MAX}),
    limits_seen TEXT NOT NULL,         -- JSON of Limit[], for display
    PRIMARY KEY (root, below)
  ) STRICT, WITHOUT ROWID;

  -- Open holds, and finished ones until they are forgotten.
  CREATE TABLE holds (
    root INTEGER NOT NULL,
    id TEXT NOT NULL,                  -- the last part of the reservation's id
    tenant TEXT NOT NULL,
    open INTEGER NOT NULL,             -- 1 or 0
    due_ms INTEGER NOT NULL,           -- open: the deadline; finished: when that was
    record TEXT NOT NULL,              -- JSON of the rest of HoldRecord
    PRIMARY KEY (root, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holds_due ON holds (tenant, open, due_ms);

  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Makes the tables in an empty file, and checks that any other file is a ledger of this version.
 * Nothing is written to one that is not.
 * @throws {LedgerUnavailable} `store_error`, saying what was found.
 */
export function prepareDatabase(db: Libsql.Database, path: string): void {
  db.pragma('busy_timeout = 5000');
  if (!isLedger(db, path)) {
    db.exec('BEGIN IMMEDIATE');
    try {
      // Another process may have been first while this one waited for the lock.
      if (!isLedger(db, path)) db.exec(SCHEMA);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }
  // In WAL mode, readers don't wait for the writer; FULL syncs each commit before it is answered.
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -16000');
  // From here on, waiting for a lock is bounded by each call's own deadline (lock.ts).
  db.pragma('busy_timeout = 0');
}

function isLedger(db: Libsql.Database, path: string): boolean {
  const application = numberOf(db, 'PRAGMA application_id');
  const version = numberOf(db, 'PRAGMA user_version');
  if (application === APPLICATION_ID && version === SCHEMA_VERSION) return true;
  if (application === APPLICATION_ID) {
    throw new LedgerUnavailable(
      'store_error',
      `${path}: found ledger format ${version}, expected ${SCHEMA_VERSION}: ` +
        'it was written by a newer version of this program',
    );
  }
  if (
    application !== 0 ||
    version !== 0 ||
    numberOf(db, 'SELECT count(*) FROM sqlite_schema') > 0
  ) {
    throw new LedgerUnavailable(
      'store_error',
      `${path}: found an SQLite database of another program, expected a ledger or no file`,
    );
  }
  return false;
}

function numberOf(db: Libsql.Database, sql: string): number {
  const row = db.prepare(sql).raw(true).get([]) as [number];
  return row[0];
}
