// A store that reserves one credit at a time, in groups, and kills its own process at one of its
// commits. Says what was acknowledged, and what was asked for with the commit at which it dies.
//
// argv: the folder of the built engine, the ledger's file, and a JSON of what to do.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import Database from 'libsql';

const [folder = '', file = '', task = '{}'] = process.argv.slice(2);
const { SqliteStore } = await import(`${folder}/sqlite/store.js`);
const { prepareDatabase } = await import(`${folder}/sqlite/schema.js`);
const { LEDGER_DEFAULTS } = await import(`${folder}/contract.js`);

/** @type {{ tenant: string, rootId: string, commit: number, moment: 'before' | 'after' }} */
const { tenant, rootId, commit, moment } = JSON.parse(task);
const GROUP = 4;
const CREDIT = 1_000_000;
const FAR_MS = 4_102_444_800_000;
const cost = { credits: CREDIT, calls: CREDIT };

const db = new Database(file);
prepareDatabase(db, file);
let commits = 0;
const exec = db.exec.bind(db);
db.exec = (sql) => {
  const last = sql === 'COMMIT' && ++commits === commit;
  if (last && moment === 'before') process.kill(process.pid, 'SIGKILL');
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
