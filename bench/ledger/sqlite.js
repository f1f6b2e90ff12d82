// What is measured on SQLite: the ledger, and under it a loop that writes the same rows.
import { join } from 'node:path';
import Database from 'libsql';
import { LEDGER_DEFAULTS, openLedger } from '../../dist/src/ledger/index.js';
import { drive, genesisOf, IN_FLIGHT, openRoot, pathOf } from './driver.js';

/**
 * One transaction for what a group of operations writes: the root, the accounts of the path, the journal's
 * head and a row with all of its entries once, a new hold for each reservation and the same hold again
 * for each settle. The rows are those that the ledger wrote, under other keys.
 * @param {string} file of a ledger that was driven before
 * @param {number} ms
 * @returns {() => Promise<number>} operations a second
 */
function bareLoop(file, ms) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  const columns = (/** @type {string} */ table) =>
    db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map((column) => /** @type {{ name: string }} */ (column).name);
  const rows = (/** @type {string} */ table, /** @type {string} */ rest) =>
    /** @type {any[][]} */ (db.prepare(`SELECT * FROM ${table} ${rest}`).raw().all());
  const put = (/** @type {string} */ table) =>
    db.prepare(
      `INSERT OR REPLACE INTO ${table} VALUES (${columns(table)
        .map(() => '?')
        .join(', ')})`,
    );
  const [root] = rows('roots', 'LIMIT 1');
  const accounts = rows('accounts', 'LIMIT 4');
  const [head] = rows('journal_heads', 'LIMIT 1');
  const [hold] = rows('holds', 'LIMIT 1');
  const [journal] = rows('journal', 'ORDER BY last DESC LIMIT 1');
  const entriesAt = columns('journal').indexOf('entries');
  const written = rows('journal', '').flatMap((row) => row[entriesAt].split('\n'));
  const [held, settled] = ['held', 'settled'].map((kind) =>
    written.find((line) => line.includes(`"kind":"${kind}"`)),
  );
  if (!root || !head || !hold || !journal || !held || !settled)
    throw new Error(`${file}: rows are missing`);
  const putRoot = db.prepare('UPDATE roots SET sequence = ?, clock_ms = ? WHERE root = ?');
  const putAccount = put('accounts');
  const putHold = put('holds');
  const putEntries = put('journal');
  const putHead = db.prepare('UPDATE journal_heads SET next_number = ? WHERE tenant = ?');
  const idAt = columns('holds').indexOf('id');
  const lastAt = columns('journal').indexOf('last');
  let count = 1_000_000;
  return async () => {
    const begun = performance.now();
    let operations = 0;
    while (performance.now() < begun + ms) {
      db.exec('BEGIN IMMEDIATE');
      const ids = Array.from({ length: IN_FLIGHT / 2 }, (_, i) =>
        (count + i).toString(16).padStart(32, '0'),
      );
      for (const id of [...ids, ...ids]) putHold.run(hold.with(idAt, id));
      count += IN_FLIGHT;
      const entries = [...ids.map(() => held), ...ids.map(() => settled)].join('\n');
      putEntries.run(journal.with(lastAt, count).with(entriesAt, entries));
      for (const row of accounts) putAccount.run(row);
      putRoot.run(count, Date.now(), root[0]);
      putHead.run(count, head[0]);
      db.exec('COMMIT');
      operations += IN_FLIGHT;
    }
    return (operations * 1_000) / (performance.now() - begun);
  };
}

/** @param {string} file @param {number} count */
function plant(file, count) {
  const db = new Database(file);
  const [row] = /** @type {any[][]} */ (db.prepare('SELECT * FROM accounts LIMIT 1').raw().all());
  if (row === undefined) throw new Error(`${file}: no account`);
  const put = db.prepare(`INSERT INTO accounts VALUES (${row.map(() => '?').join(', ')})`);
  db.exec('BEGIN IMMEDIATE');
  for (let n = 0; n < count; n += 1) put.run([row[0], `filler-${n}`, ...row.slice(2)]);
  db.exec(`UPDATE accounts SET accounts = accounts + ${count} WHERE below = ''`);
  db.exec('COMMIT');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/**
 * @param {string} folder @param {number} ms how long one reading takes @param {number} accounts
 * @returns {Promise<{ [name: string]: () => Promise<number> }>} what can be measured, per second
 */
export async function sqliteTargets(folder, ms, accounts) {
  const options = {
    ...LEDGER_DEFAULTS,
    timeoutMs: 30_000,
    clock: Date.now,
    maxAccountsPerRoot: 2 * accounts,
  };
  const root = genesisOf('1');
  const open = async (/** @type {string} */ name) => {
    const ledger = await openLedger(`sqlite:${join(folder, name)}`, options);
    await openRoot(ledger, root);
    await drive(ledger, root, pathOf(root, 4), 500);
    return ledger;
  };
  const small = await open('small.db');
  await (await open('bare.db')).close();
  await (await open('large.db')).close();
  plant(join(folder, 'large.db'), accounts);
  const large = await openLedger(`sqlite:${join(folder, 'large.db')}`, options);
  const path = pathOf(root, 4);
  return {
    bare: bareLoop(join(folder, 'bare.db'), ms),
    path4: () => drive(small, root, path, ms),
    million: () => drive(large, root, path, ms),
    close: async () => {
      await Promise.all([small.close(), large.close()]);
      return 0;
    },
  };
}
