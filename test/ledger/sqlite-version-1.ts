import type { Genesis } from '../../src/ledger/contract.js';

/** The schema as version 1 wrote it, word for word. */
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
    credits_spent INTEGER NOT NULL CHECK (credits_spent BETWEEN 0 AND 9007199254740991),
    credits_held INTEGER NOT NULL CHECK (credits_held BETWEEN 0 AND 9007199254740991),
    usd_spent INTEGER NOT NULL CHECK (usd_spent BETWEEN 0 AND 9007199254740991),
    usd_held INTEGER NOT NULL CHECK (usd_held BETWEEN 0 AND 9007199254740991),
    tokens_spent INTEGER NOT NULL CHECK (tokens_spent BETWEEN 0 AND 9007199254740991),
    tokens_held INTEGER NOT NULL CHECK (tokens_held BETWEEN 0 AND 9007199254740991),
    calls_spent INTEGER NOT NULL CHECK (calls_spent BETWEEN 0 AND 9007199254740991),
    calls_held INTEGER NOT NULL CHECK (calls_held BETWEEN 0 AND 9007199254740991),
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

  PRAGMA application_id = 1649165383;
  PRAGMA user_version = 1;
`;

/**
 * A file of version 1: a root, the account `a` below it, a hold of 2 credits open there until an
 * hour after `nowMs`, and one of 5 that was settled at `nowMs`.
 */
export function version1File(genesis: Genesis, nowMs: number): string {
  const { tenant, rootId } = genesis;
  const account = `${tenant}/${rootId}/a`;
  const cost = { credits: 2_000_000, calls: 1_000_000 };
  const open = { account, cost: { least: cost, most: cost, steps: 0 }, step: 0, granted: cost };
  const charged = { credits: 5_000_000, calls: 1_000_000 };
  const settled = { state: 'settled', account, granted: charged, charged };
  const row = (below: string) =>
    `(1, '${below}', 5000000, 2000000, 0, 0, 0, 0, 1000000, 1000000, '[]')`;
  return `${SCHEMA}
    INSERT INTO roots VALUES
      (1, '${tenant}', '${rootId}', '${JSON.stringify(genesis)}', 3, ${nowMs}, 2, 1);
    INSERT INTO accounts VALUES ${row('')}, ${row('a')};
    INSERT INTO holds VALUES
      (1, '${'1'.repeat(32)}', '${tenant}', 1, ${nowMs + 3_600_000}, '${JSON.stringify(open)}'),
      (1, '${'2'.repeat(32)}', '${tenant}', 0, ${nowMs}, '${JSON.stringify(settled)}');`;
}
