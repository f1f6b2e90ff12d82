import type Libsql from 'libsql';
import { JournalRows } from './journal-rows.js';
import { RedoRows } from './redo-rows.js';
import { Rows } from './rows.js';
import { StagedRecords } from './staged.js';

/** The account above the one that a column names. */
const PARENT = "rtrim(rtrim(below, replace(below, '/', '')), '/')";

const NEW_COLUMNS = `
  -- Of the account and all below it.
  ALTER TABLE accounts ADD COLUMN open_holds INTEGER NOT NULL DEFAULT 0 CHECK (open_holds >= 0);
  ALTER TABLE accounts ADD COLUMN accounts INTEGER NOT NULL DEFAULT 0 CHECK (accounts >= 0);
  ALTER TABLE roots DROP COLUMN accounts;
  ALTER TABLE roots DROP COLUMN open_holds;

  -- JSON of the macaroons that are revoked; '' before the first.
  ALTER TABLE roots ADD COLUMN revocations TEXT NOT NULL DEFAULT '';

  -- Of an open hold that a caller made for itself: its account's name below the root. Else null.
  ALTER TABLE holds ADD COLUMN caller_below TEXT;
  CREATE INDEX holds_of_callers ON holds (root, caller_below, id) WHERE caller_below IS NOT NULL;

  -- Accounts that were revoked or closed, and that may have something left to be ended.
  CREATE TABLE closings (
    root INTEGER NOT NULL,
    below TEXT NOT NULL,
    tenant TEXT NOT NULL,
    PRIMARY KEY (root, below)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX closings_of_tenant ON closings (tenant, root, below);
`;

/** An operator's word on an account that was never charged left its ancestors out. */
const ANCESTORS = `
  WITH RECURSIVE up (root, below) AS (
    SELECT root, below FROM accounts
    UNION SELECT root, ${PARENT} FROM up WHERE below <> '')
  INSERT OR IGNORE INTO accounts
    SELECT root, below, 0, 0, 0, 0, 0, 0, 0, 0, '[]', '', 0, 0 FROM up;
`;

/** @param each rows of a root and the account at which something counts, and so at all above it */
function counted(column: 'accounts' | 'open_holds', each: string): string {
  return `
    WITH RECURSIVE
      up (root, below, n) AS (
        SELECT root, below, count(*) FROM (${each}) GROUP BY root, below
        UNION ALL SELECT root, ${PARENT}, n FROM up WHERE below <> ''),
      sums AS (SELECT root, below, sum(n) AS n FROM up GROUP BY root, below)
    UPDATE accounts SET ${column} = sums.n FROM sums
      WHERE sums.root = accounts.root AND sums.below = accounts.below;
  `;
}

const BELOW =
  "substr(json_extract(h.record, '$.account'), length(r.tenant) + length(r.root_id) + 3)";

const OPEN_HOLDS = `
  SELECT h.root AS root, ${BELOW} AS below
  FROM holds h JOIN roots r ON r.root = h.root WHERE h.open = 1`;

/** A revocation left the holds of callers as they were. */
const CLOSINGS = `
  UPDATE holds AS h SET caller_below = (SELECT ${BELOW} FROM roots r WHERE r.root = h.root)
    WHERE h.open = 1 AND json_extract(h.record, '$.owner') = 'caller';
  INSERT INTO closings
    SELECT a.root, a.below, r.tenant FROM accounts a JOIN roots r ON r.root = a.root
    WHERE a.more <> '' AND json_extract(a.more, '$.standing') IN ('revoked', 'closed');
`;

/** The ids of top-ups stay as long as their root. */
const TOP_UPS = `
  UPDATE holds SET open = 2 WHERE open = 0 AND json_extract(record, '$.state') = 'topped_up';
  CREATE INDEX top_ups ON holds (root) WHERE open = 2;
`;

/** Accounts learn how many places their subtrees take; a root's own account says it of the root. */
export function version8(db: Libsql.Database): void {
  db.exec(NEW_COLUMNS);
  const staged = new StagedRecords({
    rows: new Rows(db),
    journal: new JournalRows(db),
    redo: new RedoRows(db),
  });
  // What is counted is in the tables, all of it.
  staged.recall();
  staged.flush();
  db.exec(ANCESTORS);
  db.exec(counted('accounts', 'SELECT root, below FROM accounts'));
  db.exec(counted('open_holds', OPEN_HOLDS));
  db.exec(CLOSINGS);
  db.exec(TOP_UPS);
  db.exec('PRAGMA user_version = 8');
}
