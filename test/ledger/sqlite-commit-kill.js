// A store that reserves one credit at a time, in groups, and kills its own process at one of its
// commits. Says what was acknowledged, and what was asked for with the commit at which it dies.
//
// argv: the folder of the built engine, the ledger's file, and a JSON of what to do.
import { randomBytes } from 'node:crypto';
import { statSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';

const [folder = '', file = '', task = '{}'] = process.argv.slice(2);
const { SqliteStore } = await import(`${folder}/sqlite/store.js`);
const { prepareDatabase } = await import(`${folder}/sqlite/schema.js`);
const { LEDGER_DEFAULTS } = await import(`${folder}/contract.js`);

/** @type {{ tenant: string, rootId: string, commit: number, moment: 'before' | 'inside' | 'after' }} */
const { tenant, rootId, commit, moment } = JSON.parse(task);
const GROUP = 4;
const CREDIT = 1_000_000;
const FAR_MS = 4_102_444_800_000;
const cost = { credits: CREDIT, calls: CREDIT };

const db = new Database(file);
prepareDatabase(db, file);
/** Once the log is seen to have been written to; or at the end of the commit, where it was too quick. */
const KILLER = `
const { statSync } = require('node:fs');
const { workerData: { state, log, before } } = require('node:worker_threads');
Atomics.store(state, 0, 1);
Atomics.notify(state, 0);
const isUntouched = () => {
  const { size, mtimeNs } = statSync(log, { bigint: true });
  return size === before.size && mtimeNs === before.mtimeNs;
};
while (isUntouched() && Atomics.load(state, 0) === 1);
process.kill(process.pid, 'SIGKILL');
`;

/** Commits, while another thread looks on and ends the process in the midst of it. */
function commitUntilKilled() {
  const log = `${file}-wal`;
  const state = new Int32Array(new SharedArrayBuffer(4));
  const { size, mtimeNs } = statSync(log, { bigint: true });
  new Worker(KILLER, { eval: true, workerData: { state, log, before: { size, mtimeNs } } });
  Atomics.wait(state, 0, 0);
  exec('COMMIT');
  Atomics.store(state, 0, 2);
  Atomics.wait(state, 0, 2);
}

let commits = 0;
const exec = db.exec.bind(db);
db.exec = (sql) => {
  const last = sql === 'COMMIT' && ++commits === commit;
  if (last && moment === 'before') process.kill(process.pid, 'SIGKILL');
  if (last && moment === 'inside') commitUntilKilled();
  const done = exec(sql);
  if (last) process.kill(process.pid, 'SIGKILL');
  return done;
};
const patience = { now: () => performance.now(), sleep: () => {}, random: Math.random };
const store = new SqliteStore(db, { ...LEDGER_DEFAULTS, clock: Date.now }, patience);

for (;;) {
  const names = Array.from(
    { length: GROUP },
    () => `r1.${tenant}.${rootId}.${randomBytes(16).toString('hex')}`,
  );
  if (commits + 1 === commit) writeSync(1, names.map((name) => `asked ${name}\n`).join(''));
  const replies = store.execute(
    names.map((reservation, id) => ({
      id,
      operation: {
        kind: 'reserve',
        request: {
          reservation,
          kid: 'k1',
          path: [{ account: `${tenant}/${rootId}`, limits: [] }],
          cost: { least: cost, most: cost, steps: 0 },
          expiresAtMs: FAR_MS,
          ttlMs: 3_600_000,
          owner: 'gateway',
        },
      },
      gatewayMs: Date.now(),
      deadlineMs: performance.now() + 60_000,
    })),
  );
  const held = replies.every((/** @type {any} */ reply) => reply.outcome?.status === 'held');
  if (!held) throw new Error(JSON.stringify(replies));
  writeSync(1, names.map((name) => `acknowledged ${name}\n`).join(''));
}
