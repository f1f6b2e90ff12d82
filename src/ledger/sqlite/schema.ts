import type Libsql from 'libsql';
import { LedgerUnavailable, MAX_TTL_MS } from '../contract.js';
import { version8 } from './version-8.js';

/** "bLDG": says in the file's own header that it is a ledger of this program. */
const APPLICATION_ID = 0x62_4c_44_47;
const MAX = Number.MAX_SAFE_INTEGER;

const VERSION_1 = `
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
  PRAGMA user_version = 1;
`;

/**
 * Holds learn when and by whom they were made. Those of version 1 don't know: they are the
 * gateway's, count in no window, and can't be extended. The journal of such a file begins here.
 */
const VERSION_2 = `
  -- JSON of windows, carves, standing and toppedUp, where an account has any; '' for none.
  ALTER TABLE accounts ADD COLUMN more TEXT NOT NULL DEFAULT '';

  UPDATE holds SET record = json_set(record,
    '$.createdMs', CASE open WHEN 1 THEN due_ms - ${MAX_TTL_MS} ELSE due_ms END,
    '$.sequence', 0,
    '$.owner', 'gateway');

  -- What is set aside, by its end. How much, the account says.
  CREATE TABLE carves (
    root INTEGER NOT NULL,
    below TEXT NOT NULL,
    unit INTEGER NOT NULL,             -- its place among the units
    tenant TEXT NOT NULL,
    end_ms INTEGER NOT NULL,
    PRIMARY KEY (root, below, unit)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX carves_due ON carves (tenant, end_ms);
  CREATE INDEX carves_due_of_root ON carves (root, end_ms, below, unit);

  -- One entry a change, written with it. Numbers of a tenant are 1, 2, 3 …
  CREATE TABLE journal (
    tenant TEXT NOT NULL,
    number INTEGER NOT NULL,
    entry TEXT NOT NULL,               -- JSON of JournalEntry
    PRIMARY KEY (tenant, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE journal_heads (
    tenant TEXT PRIMARY KEY,
    next_number INTEGER NOT NULL,
    trimmed_through INTEGER NOT NULL,  -- entries up to this one have left
    head_hash TEXT NOT NULL            -- of the last entry that was chained; '' before the first
  ) STRICT, WITHOUT ROWID;

  PRAGMA user_version = 2;
`;

/** How far a tenant's journal was drained, and who drains it; what was in version 2 was never set. */
const VERSION_3 = `
  ALTER TABLE journal_heads ADD COLUMN head_number INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE journal_heads ADD COLUMN holder TEXT NOT NULL DEFAULT '';
  ALTER TABLE journal_heads ADD COLUMN until_ms INTEGER NOT NULL DEFAULT 0;

  PRAGMA user_version = 3;
`;

/**
 * Records of holds leave out what they had said twice or as most do: {@link holdText}. Those that are
 * there stay as they are, and are read alike; but an older program could not read the new ones.
 */
const VERSION_4 = 'PRAGMA user_version = 4;';

/**
 * A transaction's changes are one row, and go to the tables with those of others, later: an older
 * program would miss them.
 */
const VERSION_5 = `
  ALTER TABLE store ADD COLUMN caught_up INTEGER NOT NULL DEFAULT 0; -- the last row of redo that the tables show
  CREATE TABLE redo (
    place INTEGER PRIMARY KEY,         -- 1, 2, 3 … and from 1 again when the tables have caught up
    number INTEGER NOT NULL,           -- 1, 2, 3 …
    tenant TEXT NOT NULL,
    entries TEXT NOT NULL,             -- JSON list of JournalEntry, behind those that the journal has
    records TEXT NOT NULL              -- as they are to be: redo-text.ts
  ) STRICT;

  PRAGMA user_version = 5;
`;

/**
 * The entries of one transaction are one row of the journal, as they were one of the redo log: to move
 * them, and to read and trim them, then costs a tenth. (The records of holds are not in the log any more:
 * the entries tell of them.)
 */
const VERSION_6 = `
  CREATE TABLE journal_rows (
    tenant TEXT NOT NULL,
    last INTEGER NOT NULL,             -- the number of its last entry
    first INTEGER NOT NULL,
    entries TEXT NOT NULL,             -- JSON of JournalEntry, a line each
    PRIMARY KEY (tenant, last)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO journal_rows SELECT tenant, number, number, entry FROM journal;
  DROP TABLE journal;
  ALTER TABLE journal_rows RENAME TO journal;

  ALTER TABLE redo ADD COLUMN entry_count INTEGER NOT NULL DEFAULT 0;
  UPDATE redo SET entry_count = json_array_length(entries), entries = (
    SELECT group_concat(value, char(10)) FROM (
      SELECT value FROM json_each(redo.entries) ORDER BY key));
  -- A process of version 5 that has the file open still writes no row that would be misread.
  ALTER TABLE redo RENAME COLUMN entries TO lines;

  PRAGMA user_version = 6;
`;

/**
 * What gateways tell each other beside the money. In each table the oldest row has the least number. An
 * older program would let calls pass that others wait with.
 */
const VERSION_7 = `
  CREATE TABLE shared_roots (
    root INTEGER PRIMARY KEY,          -- stands for the name in responses
    name TEXT NOT NULL UNIQUE,         -- TENANT/ROOTID
    responses INTEGER NOT NULL         -- how many rows it has there
  ) STRICT;

  -- What stored responses used, by their ids and those of their items.
  CREATE TABLE responses (
    number INTEGER PRIMARY KEY,
    root INTEGER NOT NULL,
    id TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    below TEXT NOT NULL,               -- the account that made it, as in accounts
    model TEXT NOT NULL,               -- as JSON
    tokens INTEGER NOT NULL,
    UNIQUE (root, id)
  ) STRICT;
  CREATE INDEX responses_of_root ON responses (root, number);
  CREATE TRIGGER response_made AFTER INSERT ON responses BEGIN
    UPDATE shared_roots SET responses = responses + 1 WHERE root = NEW.root;
  END;
  CREATE TRIGGER response_gone AFTER DELETE ON responses BEGIN
    UPDATE shared_roots SET responses = responses - 1 WHERE root = OLD.root;
    DELETE FROM shared_roots WHERE root = OLD.root AND responses = 0;
  END;

  -- Calls with unknown names that may be under way.
  CREATE TABLE places (
    number INTEGER PRIMARY KEY,
    root TEXT NOT NULL,                -- TENANT/ROOTID
    id TEXT NOT NULL,                  -- the last part of the reservation's id
    entered_ms INTEGER NOT NULL,
    UNIQUE (root, id)
  ) STRICT;

  CREATE TABLE refused_names (
    number INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,                -- as JSON
    UNIQUE (tenant, name)
  ) STRICT;

  PRAGMA user_version = 7;
`;

/**
 * What makes a file of each version out of one of the version before; the first, out of an empty
 * one. A step that has been released is never edited: files made by it are about.
 *
 * Amounts are micro-units; the checks are a second fence behind the rules, which never store
 * anything else.
 */
const STEPS: readonly (string | ((db: Libsql.Database) => void))[] = [
  VERSION_1,
  VERSION_2,
  VERSION_3,
  VERSION_4,
  VERSION_5,
  VERSION_6,
  VERSION_7,
  version8,
];
/** Raised with every table or column that an older program would wrongly ignore. */
const SCHEMA_VERSION = STEPS.length;

/**
 * Makes the tables in an empty file, brings a ledger of an older version up to this one, and checks
 * that any other file is a ledger of this version. Nothing is written to one that is not.
 * @throws {LedgerUnavailable} `store_error`, saying what was found.
 */
export function prepareDatabase(db: Libsql.Database, path: string): void {
  db.pragma('busy_timeout = 5000');
  if (versionOf(db, path) < SCHEMA_VERSION) {
    db.exec('BEGIN IMMEDIATE');
    try {
      // Another process may have been first while this one waited for the lock.
      for (const step of STEPS.slice(versionOf(db, path))) {
        if (typeof step === 'string') db.exec(step);
        else step(db);
      }
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

/** 0 for an empty file. */
function versionOf(db: Libsql.Database, path: string): number {
  const application = numberOf(db, 'PRAGMA application_id');
  const version = numberOf(db, 'PRAGMA user_version');
  if (application === APPLICATION_ID && version >= 1 && version <= SCHEMA_VERSION) return version;
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
  return 0;
}

function numberOf(db: Libsql.Database, sql: string): number {
  const row = db.prepare(sql).raw(true).get([]) as [number];
  return row[0];
}
