import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { delegate, parseLimit } from '../../../src/index.js';
import { startRedis } from '../../support/redis.js';
import { chatRequest, fleet } from '../fleet.js';

/** How long the attack goes on. */
const SECONDS = Number(process.env['BURSAR_SOAK_SECONDS'] ?? 600);
const ALONE_SECONDS = Math.min(60, SECONDS);
const EVERY_MS = 25;
const MOST_BYTES = 512 * 1024 * 1024;

const ATTACKER = fileURLToPath(new URL('soak-attacker.js', import.meta.url));

const SETTINGS = `upstreams:
  sandbox:
    protocol: sandbox
    models: ["*"]
tools:
  costs:
    gpt-4o-mini: 1
    gratis: 0`;

/** The event loop has one core, and whoever attacks it the other: it is paced, not starved by the machine. */
function pin(pid: number | undefined, core: number): void {
  execFileSync('taskset', ['-pc', String(core), String(pid)], { stdio: 'ignore' });
}

function residentBytes(pid: number | undefined): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** In ms, of an honest caller that asks, waits, and asks again; and the most memory that was seen. */
async function honestCalls(
  url: string,
  macaroon: string,
  seconds: number,
  pid: number | undefined,
) {
  const took: number[] = [];
  let mostBytes = 0;
  const endsMs = performance.now() + seconds * 1_000;
  while (performance.now() < endsMs) {
    const startedMs = performance.now();
    const response = await fetch(`${url}/v1/chat/completions`, chatRequest(macaroon));
    await response.text();
    took.push(performance.now() - startedMs);
    expect(response.status).toBe(200);
    mostBytes = Math.max(mostBytes, residentBytes(pid));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor(took.length * part)] ?? Number.NaN;
  return { calls: took.length, p50: at(0.5), p99: at(0.99), mostBytes };
}

async function soak(ledger: string): Promise<void> {
  const gateways = fleet(ledger, SETTINGS);
  const root = await gateways.mint('1000000');
  const cut = (holder: string, budget: string) =>
    delegate(root, { holder, limits: [parseLimit(budget)] });
  const [sibling, eve] = [cut('sibling', '900000'), cut('eve', '0.01')];
  const { url, child } = await gateways.start();
  pin(child.pid, 0);
  const alone = await honestCalls(url, sibling, ALONE_SECONDS, child.pid);

  const attacker = spawn(
    'taskset',
    ['-c', '1', process.execPath, ATTACKER, url, eve, String(SECONDS)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void attacker.kill('SIGKILL'));
  let said = '';
  attacker.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const ended = once(attacker, 'close');
  const attacked = await honestCalls(url, sibling, SECONDS, child.pid);
  await ended;

  console.log(JSON.stringify({ alone, attacked, attacker: JSON.parse(said) }));
  expect(attacked.p99).toBeLessThan(3 * alone.p99);
  expect(attacked.mostBytes).toBeLessThan(MOST_BYTES);
}

describe('an honest sibling of an attacker, for ten minutes', () => {
  it('is served as if it were alone, on SQLite', () => soak('sqlite:ledger.db'));

  it('is served as if it were alone, on Redis', async () => {
    const redis = await startRedis(['--appendonly', 'yes']);
    onTestFinished(() => redis.dispose());
    await soak(redis.url);
  });
});
