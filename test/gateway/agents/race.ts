import { Pool } from 'undici';
import { expect } from 'vitest';
import { chatRequest, type Fleet, fleet, SANDBOX } from '../fleet.js';
import { agentsOf, type Plan, TEAMS } from './plan.js';

const AT_ONCE = 64;

interface AccountView {
  readonly account: string;
  readonly holder: string;
  readonly spent: { readonly credits: number; readonly calls: number };
  readonly held: { readonly credits: number; readonly calls: number };
  readonly setAside: readonly { readonly unit: string; readonly amount: number }[];
  readonly children: readonly AccountView[];
}

/** Every agent tries its calls, in one order shuffled over all, half through each gateway. */
async function spendAll(
  urls: readonly string[],
  macaroons: readonly string[],
  attemptsEach: number,
): Promise<number[]> {
  const pools = urls.map((url) => new Pool(url, { connections: AT_ONCE }));
  const paid = macaroons.map(() => 0);
  const total = macaroons.length * attemptsEach;
  let next = 0;
  async function worker(): Promise<void> {
    while (next < total) {
      const attempt = next++;
      // 7919 is prime to the number of agents: neighbours in time are of different teams.
      const agent = (attempt * 7_919) % macaroons.length;
      // In each round through the agents the other one of the gateways.
      const round = Math.floor(attempt / macaroons.length);
      const response = await pools[(attempt + round) % pools.length]?.request({
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
  const below = async (account = '') => {
    const query = `account=${account}&depth=1`;
    const one = await (await fetch(`${url}/bursar/v1/accounts?${query}`, { headers })).json();
    const { path, children } = one as { path: AccountView[]; children: AccountView[] };
    return { ...(path.at(-1) as AccountView), children };
  };
  // Each has fewer children than a page.
  const top = await below(root?.account);
  const children = await Promise.all(top.children.map(({ account }) => below(account)));
  return { ...top, children };
}

/** What an account has used: spent, or held for a call or for a carve-out below. */
function usedBy({ spent, held }: AccountView): number {
  return spent.credits + held.credits;
}

/** What it takes of the account above: all that it has used, and at least what is set aside for it. */
function claimOf(view: AccountView): number {
  const carve = view.setAside.find(({ unit }) => unit === 'credits');
  return Math.max(usedBy(view), carve?.amount ?? 0);
}

/** An account's sums are those of its children, to the credit, and so down to the agents. */
function exactBelow(view: AccountView, paid: readonly number[]): void {
  const calls = `${view.account}: calls`;
  expect([calls, view.spent.calls, view.held.calls]).toEqual([calls, view.spent.credits, 0]);
  if (view.holder.startsWith('agent-')) {
    const expected = paid[Number(view.holder.slice('agent-'.length))];
    expect([view.account, view.spent.credits, view.held.credits]).toEqual([
      view.account,
      expected,
      0,
    ]);
    return;
  }
  const sum = (of: (child: AccountView) => number) =>
    view.children.reduce((total, child) => total + of(child), 0);
  expect([view.account, view.spent.credits]).toEqual([
    view.account,
    sum(({ spent }) => spent.credits),
  ]);
  expect([view.account, usedBy(view)]).toEqual([view.account, sum(claimOf)]);
  for (const child of view.children) exactBelow(child, paid);
}

/**
 * Two gateway processes on one ledger, and 1,000 agents that want far more than there is. Afterwards
 * every account has spent exactly what its agents were served, and the root has given out all it had.
 */
export async function exactAtEveryAccount(ledger: string, plan: Plan): Promise<AccountView> {
  // Patient, so that a busy machine makes no 503: every attempt is decided.
  const gateways = fleet(ledger, `ledgerTimeout: 30s\n${SANDBOX}`);
  const root = await gateways.mint(String(plan.root));
  const serving = await Promise.all([gateways.start(), gateways.start()]);
  const urls = serving.map(({ url }) => url);
  const paid = await spendAll(urls, agentsOf(root, plan), plan.attemptsEach);
  const tree = await treeOf(urls[0] ?? '', gateways);
  await Promise.all(serving.map((gateway) => gateway.stop()));

  exactBelow(tree, paid);
  expect(tree.spent.credits).toBe(paid.reduce((a, b) => a + b));
  // The root ran dry: to the last credit it is spent, or set aside for somebody.
  expect(usedBy(tree)).toBe(plan.root);
  expect(tree.children).toHaveLength(TEAMS);
  for (const team of tree.children) {
    const { credits } = plan.team(Number(team.holder.slice('team-'.length)));
    expect([team.holder, Math.max(credits, usedBy(team))]).toEqual([team.holder, credits]);
    for (const { holder, spent } of team.children) {
      const most = plan.agent(Number(holder.slice('agent-'.length))).credits;
      expect([holder, Math.max(most, spent.credits)]).toEqual([holder, most]);
    }
  }
  return tree;
}

/** What a race with carve-outs must also have shown, or it has raced for nothing. */
export function carvedTellingly(tree: AccountView): void {
  const accounts = tree.children.flatMap((team) => [team, ...team.children]);
  const carved = accounts.filter(({ setAside }) => setAside.length > 0);
  const agents = carved.filter(({ holder }) => holder.startsWith('agent-'));
  // All carved teams got theirs; of the agents some, with what they left, and some too late.
  expect(carved.length - agents.length).toBe(TEAMS / 2);
  expect(agents.length).toBeGreaterThan(100);
  expect(agents.length).toBeLessThan(340);
  expect(tree.held.credits).toBeGreaterThan(0);
  expect(tree.children.filter((team) => team.held.credits > 0).length).toBeGreaterThan(0);
}
