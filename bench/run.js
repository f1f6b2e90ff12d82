// npm run bench: what enforcement costs on the path of a call. One run, the targets interleaved,
// after a warm-up; the servers under test share one core, load and upstream the other.
// BENCH_ONLY=stream runs the scenarios whose names begin so, and writes no file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { commitMicros } from './disk.js';
import { LOAD_CORE } from './load.js';
import { answering, freePort, startOn, stopAll } from './processes.js';
import { run, scenariosOf } from './scenarios.js';
import { direct, gateway, passthrough, portkey, redis, unenforced } from './targets.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 4);
/** Long enough for the compiler to be done with what it will optimise. */
const WARM_SECONDS = Number(process.env['BENCH_WARM_SECONDS'] ?? 12);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);
const ONLY = process.env['BENCH_ONLY'];

const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'));
try {
  const upstreamPort = await freePort();
  startOn(LOAD_CORE, process.execPath, [
    new URL('upstream.js', import.meta.url).pathname,
    `${upstreamPort}`,
  ]);
  await answering(`http://127.0.0.1:${upstreamPort}/`);
  const redisUrl = await redis(join(folder, 'redis'));
  const targets = {
    upstream: direct(upstreamPort),
    bare: await passthrough(upstreamPort),
    own: await unenforced(upstreamPort),
    gateways: [
      await gateway('gateway on SQLite', 'sqlite:ledger.db', join(folder, 'sqlite'), upstreamPort),
      await gateway('gateway on Redis', redisUrl, join(folder, 'gateway-redis'), upstreamPort),
    ],
    other: ONLY === undefined ? await portkey(upstreamPort) : undefined,
  };
  const commit = commitMicros(folder);
  const tables = [];
  for (const scenario of scenariosOf(targets)) {
    if (!scenario.name.startsWith(ONLY ?? '')) continue;
    tables.push(await run(scenario, { rounds: ROUNDS, seconds: SECONDS, warm: WARM_SECONDS }));
  }
  const text = `# What enforcement costs

Written by \`npm run bench\`. Medians of ${ROUNDS} rounds of ${SECONDS} s, interleaved, after a warm-up. The servers
under test (Redis among them, with its append-only file) share one core; \`wrk\` and the upstream have
the other. A call goes through a delegated macaroon: two accounts, six caveats, two writes to the ledger.
The bare pass-through is the shortest Hono program that passes a call on with undici's \`Pool\`
([passthrough.js](passthrough.js)); the unenforced path is this gateway's own code with nothing looked at
and nothing counted ([unenforced.js](unenforced.js)), which is a faster way to do the same.

Machine: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}.
A commit to this disk (4 KiB and fdatasync) takes ${commit} µs at the median.
${targets.other === undefined ? '`@portkey-ai/gateway` is not installed here, so it was not measured.\n' : ''}
${tables.join('\n')}`;
  if (ONLY === undefined) writeFileSync(new URL('RESULTS.md', import.meta.url), text);
  process.stdout.write(text);
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
