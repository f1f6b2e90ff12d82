import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type AccountState, type Genesis, LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openSqliteLedger } from '../../src/ledger/sqlite/engine.js';
import { CREDIT, limit, opened, rootOf, verdict, wholeTree } from './fixtures.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();
const options = { ...LEDGER_DEFAULTS, timeoutMs: 30_000, clock: Date.now };
const [script, engine, contract] = [
  './sqlite-agents.js',
  '../../dist/src/ledger/sqlite/engine.js',
  '../../dist/src/ledger/contract.js',
].map((file) => fileURLToPath(new URL(file, import.meta.url)));

interface Task {
  readonly from: number;
  readonly to: number;
  readonly teams: number;
  readonly teamLimit: number;
  readonly agentLimit: number;
  readonly attempts: number;
  readonly atOnce: number;
  readonly settle: boolean;
}

const LOAD: Task = {
  from: 0,
  to: 50,
  teams: 5,
  teamLimit: 1_000_000,
  agentLimit: 1_000_000,
  attempts: 1_000_000,
  atOnce: 16,
  settle: false,
};

/** Starts a process of agents; `prelude` is shell text that comes before it. */
function agents(file: string, root: Genesis, task: Task, prelude = ''): ChildProcess {
  const { tenant, rootId } = root;
  const argv = [script, engine, contract, file, JSON.stringify({ tenant, rootId, ...task })];
  return spawn(
    '/bin/sh',
    ['-c', `${prelude} exec "$@"`, 'sh', process.execPath, ...argv.map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
}

/** Every line that the process wrote, until it ended; `each` sees them as they come. */
async function linesOf(child: ChildProcess, each: (count: number) => void = () => {}) {
  const lines: string[] = [];
  if (child.stdout === null) throw new Error('expected a pipe');
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    each(lines.length);
  }
  await ended;
  return lines;
}

async function newLedger(name: string, credits: number) {
  const file = join(folder, name);
  const ledger = await openSqliteLedger(file, options);
  const root = await opened(ledger, { limits: [limit(credits)] });
  return { file, ledger, root };
}

describe('two processes on one file', () => {
  it('let through exactly the limit, of far more attempts by 1,000 agents', async () => {
    const L = 1_500;
    const { file, ledger, root } = await newLedger('two.db', L);
    const task = { ...LOAD, teams: 10, teamLimit: 200, agentLimit: 3, attempts: 4, settle: true };
    const outputs = await Promise.all([
      linesOf(agents(file, root, { ...task, from: 0, to: 600 })),
      linesOf(agents(file, root, { ...task, from: 400, to: 1_000 })),
    ]);
    const calls = new Map<string, number>();
    for (const line of outputs.flat()) {
      const agent = line.split(' ')[0] ?? '';
      calls.set(agent, (calls.get(agent) ?? 0) + 1);
    }
    expect([...calls.values()].reduce((sum, n) => sum + n, 0)).toBe(L);
    // Neither process was starved by the other.
    for (const lines of outputs) expect(lines.length).toBeGreaterThan(L / 10);

    const accounts = await wholeTree(ledger, rootOf(root));
    const spent = ({ counters }: AccountState) => counters.credits.spent / CREDIT;
    const [top, ...below] = accounts;
    expect(top && spent(top)).toBe(L);
    const teams = below.filter(({ account }) => account.split('/').length === 3);
    expect(teams.reduce((sum, team) => sum + spent(team), 0)).toBe(L);
    for (const team of teams) {
      const members = below.filter(({ account }) => account.startsWith(`${team.account}/`));
      expect(members.reduce((sum, member) => sum + spent(member), 0)).toBe(spent(team));
      expect(spent(team)).toBeLessThanOrEqual(200);
      for (const member of members) {
        const agent = member.account.split('agent-')[1] ?? '';
        expect(spent(member)).toBe(calls.get(agent));
        expect(spent(member)).toBeLessThanOrEqual(3);
      }
    }
    for (const { counters } of accounts) expect(counters.credits.held).toBe(0);
    await ledger.close();
  });
});

describe('a process killed under load', () => {
  it('has lost nothing that it was told was held', async () => {
    const { file, ledger, root } = await newLedger('killed.db', 1_000_000);
    const held: string[] = [];
    for (let kill = 0; kill < 4; kill++) {
      const child = agents(file, root, LOAD);
      const lines = await linesOf(child, (count) => {
        if (count === 100 * (kill + 1)) child.kill('SIGKILL');
      });
      expect(child.signalCode).toBe('SIGKILL');
      held.push(...lines.flatMap((line) => /^\d+ (r1\.[^ ]{36,})$/.exec(line)?.[1] ?? []));
    }
    expect(held.length).toBeGreaterThan(900);
    const tree = await ledger.tree({ account: rootOf(root), depth: 0 });
    if (tree.status !== 'found') throw new Error(tree.reason);
    expect(tree.accounts[0]?.counters.credits.held).toBeGreaterThanOrEqual(held.length * CREDIT);
    const settled = await Promise.all(
      held.map((reservation) => ledger.settle({ reservation, cost: {} })),
    );
    expect(new Set(settled.map(verdict))).toEqual(new Set(['settled']));
    await ledger.close();
  });
});

describe('a full disk', () => {
  it('refuses, again too, and loses nothing that was acknowledged', async () => {
    const { file, ledger, root } = await newLedger('full.db', 1_000_000);
    await ledger.close();
    const lines = await linesOf(agents(file, root, LOAD, 'ulimit -f 1200;'));
    const held = lines.flatMap((line) => /^\d+ (r1\..+)$/.exec(line)?.[1] ?? []);
    expect(held.length).toBeGreaterThan(50);
    expect(lines).toContain('failed store_error');
    expect(lines.at(-1)).toBe('failed again store_error');
    const reopened = await openSqliteLedger(file, options);
    const settled = await Promise.all(
      held.map((reservation) => reopened.settle({ reservation, cost: {} })),
    );
    expect(new Set(settled.map(verdict))).toEqual(new Set(['settled']));
    await reopened.close();
  });
});

describe('a closed ledger', () => {
  it('lets its process end', async () => {
    const { file, ledger, root } = await newLedger('ends.db', 10);
    await ledger.close();
    const child = agents(file, root, { ...LOAD, to: 2, attempts: 1, atOnce: 1 });
    expect(await linesOf(child)).toHaveLength(2);
    expect(child.exitCode).toBe(0);
  });
});
