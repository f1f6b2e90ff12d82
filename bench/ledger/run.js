// npm run bench:ledger: what an operation costs against the least that its store could do. One run,
// the readings interleaved; the store has one core, who asks it the other.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { commitMicros } from '../disk.js';
import { stopAll } from '../processes.js';
import { redisTargets } from './redis.js';
import { sqliteTargets } from './sqlite.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const MS = 1_000 * Number(process.env['BENCH_SECONDS'] ?? 3);
const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? 1_000_000);

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * Each target's readings, all of them in each round, after one that warms up.
 * @param {{ [name: string]: () => Promise<number> }} targets
 */
async function measure({ close, ...targets }) {
  /** @type {{ [name: string]: number[] }} */
  const readings = {};
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, read] of Object.entries(targets)) {
      const perSecond = await read();
      if (round > 0) readings[name] = [...(readings[name] ?? []), perSecond];
    }
    process.stderr.write('.');
  }
  await close?.();
  return readings;
}

/** @param {{ [name: string]: number[] }} readings @param {string} a @param {string} b by round */
function ratio(readings, a, b) {
  const below = readings[b] ?? [];
  return median((readings[a] ?? []).map((value, i) => value / (below[i] ?? Number.NaN)));
}

/** @param {string} what @param {number} value @param {string} target @param {boolean} holds */
function row(what, value, target, holds) {
  return `| ${what} | ${value.toFixed(2)} | ${target} | ${holds ? 'yes' : '**no**'} |`;
}

/** @param {{ [name: string]: number[] }} readings @param {{ [name: string]: string }} names */
function rates(readings, names) {
  return Object.entries(names).map(
    ([name, what]) => `| ${what} | ${Math.round(median(readings[name] ?? []))} |`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-ledger-'));
try {
  // This process is who asks; the threads of SQLite go where there is room.
  const [loadBefore = 0] = loadavg();
  const commit = commitMicros(folder);
  const sqlite = await measure(await sqliteTargets(folder, MS, ACCOUNTS));
  execFileSync('taskset', ['-a', '-cp', '1', String(process.pid)], { stdio: 'ignore' });
  const redis = await measure(await redisTargets(folder, MS, ACCOUNTS));
  const onRedis = ratio(redis, 'path4', 'bare');
  const deep = ratio(redis, 'path4', 'path16');
  const onSqlite = ratio(sqlite, 'path4', 'bare');
  const manyOnRedis = ratio(redis, 'path4', 'million');
  const manyOnSqlite = ratio(sqlite, 'path4', 'million');
  const text = `# What an operation on the ledger costs

Written by \`npm run bench:ledger\`. A reserve or a settle each count as one operation; 64 are in flight, all under
one root, from one process. Medians of ${ROUNDS} rounds of ${MS / 1_000} s, the readings interleaved, after a warm-up; a
ratio is the median of the rounds' own ratios. Redis has one core, who asks it the other; it keeps nothing on disk.
SQLite commits durably.

Machine: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}.
A commit to this disk (4 KiB and fdatasync) takes ${commit} µs at the median. Load average before: ${loadBefore.toFixed(1)}.

| ratio | found | wanted | holds |
|---|---:|---:|---|
${row('Redis: operations/s on a path of 4, against `redis-benchmark -c 64` running one HINCRBY an account', onRedis, '≥ 0.30', onRedis >= 0.3)}
${row('Redis: the cost of a path of 16, against a path of 4', deep, '≤ 3.00', deep <= 3)}
${row('Redis: the cost beside a million accounts, against beside four', manyOnRedis, '< 1.20', manyOnRedis < 1.2)}
${row('SQLite: operations/s, against a bare loop that writes the same rows, 64 operations a transaction', onSqlite, '≥ 0.40', onSqlite >= 0.4)}
${row('SQLite: the cost beside a million accounts, against beside four', manyOnSqlite, '< 1.20', manyOnSqlite < 1.2)}

| | operations/s |
|---|---:|
${rates(redis, { bare: 'Redis: `EVALSHA`, one HINCRBY for each of 4 accounts', path4: 'Redis: a path of 4', path16: 'Redis: a path of 16', million: 'Redis: a path of 4 beside a million accounts' }).join('\n')}
${rates(sqlite, { bare: 'SQLite: the bare loop', path4: 'SQLite: a path of 4', million: 'SQLite: a path of 4 beside a million accounts' }).join('\n')}
`;
  writeFileSync(new URL('../LEDGER.md', import.meta.url), text);
  process.stdout.write(text);
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
