import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountState, type Genesis, LEDGER_DEFAULTS } from '../../src/ledger/contract.js';
import { openRedisLedger } from '../../src/ledger/redis/engine.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { CREDIT, limit, opened, rootOf } from './fixtures.js';

const [script, engine, contract] = [
  './redis-agents.js',
  '../../dist/src/ledger/redis/engine.js',
  '../../dist/src/ledger/contract.js',
].map((file) => fileURLToPath(new URL(file, import.meta.url)));

const TASK = { teams: 10, teamLimit: 200, agentLimit: 3, attempts: 4, atOnce: 64 };

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.dispose());

/** Runs agents `from` to `to` in a process of their own; answers who spent a credit, each time. */
async function agents(root: Genesis, from: number, to: number): Promise<string[]> {
  const { tenant, rootId } = root;
  const task = JSON.stringify({ tenant, rootId, from, to, ...TASK });
  const argv = [script, engine, contract, server.url, task].map(String);
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const spenders: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) spenders.push(line);
  expect(await ended).toEqual([0, null]);
  return spenders;
}

describe('two processes on one store', () => {
  it('let through exactly the limit, of far more attempts by 1,000 agents', async () => {
    const L = 1_500;
    const options = { ...LEDGER_DEFAULTS, timeoutMs: 30_000, clock: Date.now };
    const ledger = await openRedisLedger(server.url, options);
    const root = await opened(ledger, { limits: [limit(L)] });
    const outputs = await Promise.all([agents(root, 0, 600), agents(root, 400, 1_000)]);
    const calls = new Map<string, number>();
    for (const agent of outputs.flat()) calls.set(agent, (calls.get(agent) ?? 0) + 1);
    expect(outputs.flat()).toHaveLength(L);
    for (const spenders of outputs) expect(spenders.length).toBeGreaterThan(0);

    const tree = await ledger.tree({ account: rootOf(root) });
    if (tree.status !== 'found') throw new Error(tree.reason);
    const spent = ({ counters }: AccountState) => counters.credits.spent / CREDIT;
    const sum = (accounts: readonly AccountState[]) =>
      accounts.reduce((total, account) => total + spent(account), 0);
    const [top, ...below] = tree.accounts;
    expect(top && spent(top)).toBe(L);
    const teams = below.filter(({ account }) => account.split('/').length === 3);
    expect(sum(teams)).toBe(L);
    for (const team of teams) {
      const members = below.filter(({ account }) => account.startsWith(`${team.account}/`));
      expect(sum(members)).toBe(spent(team));
      expect(spent(team)).toBeLessThanOrEqual(TASK.teamLimit);
      for (const member of members) {
        expect(spent(member)).toBe(calls.get(member.account.split('agent-')[1] ?? ''));
        expect(spent(member)).toBeLessThanOrEqual(TASK.agentLimit);
      }
    }
    for (const { counters } of tree.accounts) expect(counters.credits.held).toBe(0);
    await ledger.close();
  });
});
