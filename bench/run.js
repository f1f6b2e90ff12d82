// npm run bench: what enforcement costs on the path of a call. One run, the targets interleaved,
// after a warm-up; the servers under test share one core, load and upstream the other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { commitMicros } from './disk.js';
import { answering, freePort, runOn, startOn, stopAll } from './processes.js';
import { direct, gateway, passthrough, portkey, redis } from './targets.js';

const LOAD = 1;
const CONNECTIONS = [1, 32];
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 4);
/** Long enough for the compiler to be done with what it will optimise. */
const WARM_SECONDS = Number(process.env['BENCH_WARM_SECONDS'] ?? 12);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);
const BODY = JSON.stringify({
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'You are a careful assistant that answers in one paragraph.' },
    { role: 'user', content: 'What does a bursar do, and since when? '.repeat(6) },
  ],
});

/**
 * @typedef {{ requests: number, errors: number, micros: number, p50: number, p99: number }} Reading
 * @typedef {import('./targets.js').Target} Target
 */

/** @param {Target} target @param {number} connections @param {number} seconds @returns {Promise<Reading>} */
async function load(target, connections, seconds) {
  const script = new URL('wrk.lua', import.meta.url).pathname;
  const output = await runOn(
    LOAD,
    'wrk',
    ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, target.url],
    { ...process.env, ...target.env, BENCH_CREDENTIAL: target.credential, BENCH_BODY: BODY },
  );
  const line = output.split('\n').find((text) => text.startsWith('RESULT '));
  if (line === undefined) throw new Error(`wrk printed no result:\n${output}`);
  const reading = JSON.parse(line.slice('RESULT '.length));
  if (reading.errors > 0) throw new Error(`${target.name}: ${reading.errors} answers were errors`);
  return reading;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** @param {Reading[]} readings */
function summary(readings) {
  return {
    perSecond: median(readings.map(({ requests, micros }) => (requests * 1e6) / micros)),
    p50: median(readings.map(({ p50 }) => p50)),
    p99: median(readings.map(({ p99 }) => p99)),
  };
}

/** @param {Target[]} targets */
async function measure(targets) {
  /** @type {Map<string, Reading[]>} */
  const readings = new Map();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const connections of round === 0 ? CONNECTIONS.slice(-1) : CONNECTIONS) {
      for (const target of targets) {
        const reading = await load(target, connections, round === 0 ? WARM_SECONDS : SECONDS);
        if (round === 0) continue;
        const key = `${connections} ${target.name}`;
        readings.set(key, [...(readings.get(key) ?? []), reading]);
      }
    }
    process.stderr.write(round === 0 ? 'warm; ' : `round ${round} of ${ROUNDS}; `);
  }
  process.stderr.write('\n');
  return readings;
}

/** @param {Target[]} targets @param {Map<string, Reading[]>} readings */
function table(targets, readings) {
  const lines = [];
  for (const connections of CONNECTIONS) {
    const bare = summary(readings.get(`${connections} bare pass-through`) ?? []);
    lines.push(
      `### ${connections} connection${connections === 1 ? '' : 's'}`,
      '',
      '| | requests/s | p50 | p99 | requests/s against bare | p50 over bare |',
      '|---|---:|---:|---:|---:|---:|',
    );
    for (const { name } of targets) {
      const { perSecond, p50, p99 } = summary(readings.get(`${connections} ${name}`) ?? []);
      const ratio = (perSecond / bare.perSecond).toFixed(2);
      const over = `${((p50 - bare.p50) / 1000).toFixed(2)} ms`;
      lines.push(
        `| ${name} | ${Math.round(perSecond)} | ${(p50 / 1000).toFixed(2)} ms | ` +
          `${(p99 / 1000).toFixed(2)} ms | ${ratio} | ${over} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'));
try {
  const upstreamPort = await freePort();
  startOn(LOAD, process.execPath, [
    new URL('upstream.js', import.meta.url).pathname,
    `${upstreamPort}`,
  ]);
  await answering(`http://127.0.0.1:${upstreamPort}/`);
  const redisUrl = await redis(join(folder, 'redis'));
  const targets = [
    direct(upstreamPort),
    await passthrough(upstreamPort),
    await gateway('gateway on SQLite', 'sqlite:ledger.db', join(folder, 'sqlite'), upstreamPort),
    await gateway('gateway on Redis', redisUrl, join(folder, 'gateway-redis'), upstreamPort),
  ];
  const other = await portkey(upstreamPort);
  if (other !== undefined) targets.push(other);
  const commit = commitMicros(folder);
  const readings = await measure(targets);
  const text = `# What enforcement costs

Written by \`npm run bench\`. Medians of ${ROUNDS} rounds of ${SECONDS} s, interleaved, after a warm-up. The servers
under test (Redis among them, with its append-only file) share one core; \`wrk\` and the upstream have
the other. A call goes through a delegated macaroon: two accounts, six caveats, two writes to the ledger.

Machine: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}.
A commit to this disk (4 KiB and fdatasync) takes ${commit} µs at the median.
${other === undefined ? '`@portkey-ai/gateway` is not installed here, so it was not measured.\n' : ''}
${table(targets, readings)}`;
  writeFileSync(new URL('RESULTS.md', import.meta.url), text);
  process.stdout.write(text);
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
