import { describe, expect, it } from 'vitest';
import { countedCost } from '../../gateway/counted-cost.js';
import type { Limit, Vector } from '../../src/money/units.js';
import { FAR_MS, limit } from '../ledger/fixtures.js';
import { bearer, delegate, gatewayUnderTest, leafBalance, modelUpstream } from './harness.js';

const ONE = 1_000_000;

function costed(most: Vector, least: Vector = most) {
  return { least, most, steps: least === most ? 0 : 1 };
}

function pathWith(...limits: Limit[][]) {
  const [holder, expiresAtMs] = ['agent', FAR_MS];
  const account = (level: number) => `main/r${level}`;
  return {
    path: limits.map((own, level) => ({
      account: account(level),
      holder,
      limits: own,
      expiresAtMs,
    })),
  };
}

describe('what a call counts', () => {
  it.each<[Vector]>([
    [{ calls: ONE, credits: 0, usd: 0, tokens: 0 }],
    [{ calls: 7 * ONE, credits: 0 }],
    [{ calls: ONE }],
  ])(
    '%j counts as nothing else, and as no call where no limit on the path counts calls',
    (cost) => {
      const expected = costed({ ...cost, calls: 0 });
      expect(countedCost(costed(cost), pathWith([limit(1)], []))).toEqual(expected);
      for (const path of [pathWith([limit(1, 'calls')], []), pathWith([], [limit(1, 'calls')])]) {
        expect(countedCost(costed(cost), path)).toEqual(costed(cost));
      }
    },
  );

  it.each<[Vector]>([
    [{ calls: ONE, credits: 1 }],
    [{ calls: ONE, usd: 1 }],
    [{ calls: ONE, credits: 0, usd: 0, tokens: 1 }],
  ])('%j is a call, wherever it may cost something', (cost) => {
    const least = Object.fromEntries(Object.keys(cost).map((unit) => [unit, 0]));
    for (const its of [costed(cost), costed(cost, least)]) {
      expect(countedCost(its, pathWith([]))).toEqual(its);
    }
  });
});

describe('an account that made calls for nothing', () => {
  const stored = async (gateway: ReturnType<typeof gatewayUnderTest>, account: string) => {
    const tree = await gateway.ledger.tree({ account });
    return tree.status === 'found' ? tree.accounts.map((its) => its.account) : tree;
  };

  it('is not stored when they have ended; a name that spent is', async () => {
    const { upstream } = gatewayUnderTest();
    const models = [{ name: 'omni-', prefix: true }];
    const gateway = gatewayUnderTest({ modelUpstreams: [modelUpstream({ models, upstream })] });
    const root = await gateway.mint('10');
    const { account } = await leafBalance(gateway, root);
    for (let n = 0; n < 5; n++) {
      const own = delegate(root, `n${n}`, '1');
      const response = await gateway.app.request('/v1/moderations', {
        method: 'POST',
        headers: { ...bearer(own), 'content-type': 'application/json' },
        body: '{"input":"x"}',
      });
      expect(response.status).toBe(200);
      await response.text();
    }
    expect(await stored(gateway, account)).toEqual([account]);
    const paid = delegate(root, 'paid', '6');
    await gateway.app.request('/tools/web_search', { headers: bearer(paid) });
    expect(await stored(gateway, account)).toEqual([account, `${account}/paid`]);
  });
});
