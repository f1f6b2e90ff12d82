import { Pool } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis } from '../support/redis.js';
import { chatRequest, child, type Fleet, fleet } from './fleet.js';

const TEAMS = 10;
const AGENTS = 1_000;
const ROOT_LIMIT = 1_500;
/** Together more than the root has, so that it runs dry while the teams race. */
const TEAM_LIMIT = 200;
/** Together far more than a team has. */
const AGENT_LIMIT = 3;
const ATTEMPTS_EACH = 5;
const AT_ONCE = 64;

interface AccountView {
  readonly account: string;
  readonly holder: string;
  readonly spent: { readonly credits: number; readonly calls: number };
  readonly held: { readonly credits: number };
  readonly children: readonly AccountView[];
}

/** Every agent tries its calls, in one order shuffled over all, half through each gateway. */
async function spendAll(urls: readonly string[], macaroons: readonly string[]): Promise<number[]> {
  const pools = urls.map((url) => new Pool(url, { connections: AT_ONCE }));
  const paid = macaroons.map(() => 0);
  const total = macaroons.length * ATTEMPTS_EACH;
  let next = 0;
  async function worker(): Promise<void> {
    while (next < total) {
      const attempt = next++;
      // 7919 is prime to the number of agents: neighbours in time are of different teams.
      const agent = (attempt * 7_919) % macaroons.length;
      const pool = pools[attempt % pools.length];
      const response = await pool?.request({
        path: '/v1/chat/completions',
        ...chatRequest(macaroons[agent] ?? ''),
      });
      await response?.body.dump();
      if (response?.statusCode === 200) paid[agent] = (paid[agent] ?? 0) + 1;
      else expect(response?.statusCode).toBe(402);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await Promise.all(pools.map((pool) => pool.close()));
  return paid;
}

async function treeOf(url: string, { operatorKey }: Fleet): Promise<AccountView> {
  const headers = { authorization: `Bearer ${operatorKey}` };
  const list = await (await fetch(`${url}/bursar/v1/accounts`, { headers })).json();
  const [root] = (list as { roots: AccountView[] }).roots;
  const query = `account=${root?.account}&depth=15`;
  const one = await (await fetch(`${url}/bursar/v1/accounts?${query}`, { headers })).json();
  const { path, children } = one as { path: AccountView[]; children: AccountView[] };
  return { ...(path[0] as AccountView), children };
}

async function exactAtEveryAccount(ledger: string): Promise<void> {
  const gateways = fleet(ledger);
  const root = await gateways.mint(String(ROOT_LIMIT));
  const serving = await Promise.all([gateways.start(), gateways.start()]);
  const teams = Array.from({ length: TEAMS }, (_, t) => child(root, `team-${t}`, TEAM_LIMIT));
  const agents = Array.from({ length: AGENTS }, (_, a) =>
    child(teams[a % TEAMS] ?? '', `agent-${a}`, AGENT_LIMIT),
  );
  const paid = await spendAll(
    serving.map(({ url }) => url),
    agents,
  );
  const tree = await treeOf(serving[0]?.url ?? '', gateways);

  expect(paid.reduce((a, b) => a + b)).toBe(ROOT_LIMIT);
  expect(tree.spent).toMatchObject({ credits: ROOT_LIMIT, calls: ROOT_LIMIT });
  expect(tree.held.credits).toBe(0);
  expect(Math.max(...paid)).toBeLessThanOrEqual(AGENT_LIMIT);
  let inTeams = 0;
  for (const team of tree.children) {
    const own = team.children.reduce((sum, agent) => sum + agent.spent.credits, 0);
    expect(team.spent.credits).toBe(own);
    expect(team.spent.credits).toBeLessThanOrEqual(TEAM_LIMIT);
    inTeams += own;
    for (const { holder, spent } of team.children) {
      expect([holder, spent.credits]).toEqual([holder, paid[Number(holder.slice(6))]]);
    }
  }
  expect(inTeams).toBe(ROOT_LIMIT);
}

describe('1,000 agents in a three-level tree, through two gateways, wanting far more than there is', () => {
  it('get exactly what there is, on Redis', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.dispose());
    await exactAtEveryAccount(redis.url);
  }, 120_000);

  it('get exactly what there is, on one SQLite file', async () => {
    await exactAtEveryAccount('sqlite:ledger.db');
  }, 120_000);
});
