import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import { slotOf } from '../../../src/ledger/redis/slots.js';
import { startRedis } from '../../support/redis.js';
import { adminOf, type RedisCluster, startCluster } from '../../support/redis-cluster.js';
import { CREDIT, counters, opened, request, rootOf, verdict } from '../fixtures.js';
import { entering, recall, remembering } from '../laws/shared-state.js';
import { answered, expectLaws, startAgents } from './agents.js';

let cluster: RedisCluster;
let ledger: Ledger;

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => {
  await ledger?.close();
  await cluster?.dispose();
});

const open = (url: string) => openRedisLedger(url, { ...LEDGER_DEFAULTS, clock: Date.now });

/** Eight tenants of each third of the slots. */
function spreadTenants(): string[] {
  const byShard: string[][] = cluster.shards.map(() => []);
  for (let i = 0; byShard.some((names) => names.length < 8); i++) {
    const slot = slotOf(`t${i}`);
    const shard = cluster.shards.findIndex(({ slots: [from, to] }) => from <= slot && slot <= to);
    const names = byShard[shard] ?? [];
    if (names.length < 8) names.push(`t${i}`);
  }
  return byShard.flat();
}

describe('a cluster of three primaries, with a replica each', () => {
  it('from one node alone: each tenant is where its slot is, lists are of all', async () => {
    const [first, ...others] = cluster.shards;
    ledger = await open(`redis+cluster://127.0.0.1:1,127.0.0.1:${first?.replica.port}`);
    const tenants = spreadTenants();
    const roots = await Promise.all(tenants.map((tenant) => opened(ledger, { tenant })));
    for (const root of roots) {
      expect(verdict(await ledger.reserve(request(root)))).toBe('held');
      const { tenant } = root;
      await ledger.shared.remember(remembering(root));
      await ledger.shared.refuseNames({ tenant, names: [tenant] });
      expect(await recall(ledger, root, ['resp_1'])).toHaveLength(1);
      expect(await ledger.shared.refusedNames(tenant)).toEqual([tenant]);
      expect(await ledger.shared.enter(entering(root))).toEqual({ status: 'entered' });
    }
    expect(await ledger.tenants()).toEqual(tenants.sort());
    expect(await ledger.roots(100)).toHaveLength(24);
    expect(others).toHaveLength(2);
    for (const {
      primary,
      slots: [from, to],
    } of cluster.shards) {
      const admin = adminOf(primary.url);
      const keys = (await admin.keys('bursar:*:roots')).map(slotOf);
      admin.disconnect();
      expect(keys).toHaveLength(8);
      for (const slot of keys) expect(slot >= from && slot <= to).toBe(true);
    }
    await ledger.close();
  });

  it('a slot that is moved: the next call goes where it is, nothing is lost', async () => {
    ledger = await open(cluster.url);
    const [source, target] = cluster.shards;
    if (source === undefined || target === undefined) throw new Error('three shards');
    const tenant = spreadTenants()[0] ?? '';
    const root = await opened(ledger, { tenant });
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
    const first = entering(root, { most: 1 });
    expect(await ledger.shared.enter(first)).toEqual({ status: 'entered' });
    await cluster.moveSlot(slotOf(tenant), source, target);
    await ledger.shared.leave({ reservation: request(root).reservation });
    expect(await ledger.shared.enter(entering(root, { most: 1 }))).toEqual({ status: 'full' });
    expect(verdict(await ledger.reserve(request(root)))).toBe('held');
    expect(await counters(ledger, rootOf(root))).toEqual({ spent: 0, held: 2 * CREDIT });
    await ledger.ping();
    await cluster.moveSlot(slotOf(tenant), target, source);
    expect((await counters(ledger, rootOf(root))).held).toBe(2 * CREDIT);
    await ledger.close();
  });

  it('a primary killed under load: service comes back by itself, the laws hold', async () => {
    ledger = await open(cluster.url);
    const { agents, stop } = await startAgents(ledger, spreadTenants());
    await answered(agents, 5);
    const [shard] = cluster.shards;
    await shard?.primary.kill();
    await answered(agents, 5);
    await stop();
    await ledger.ping();
    await expectLaws(ledger, agents);
    expect(agents.filter(({ failed }) => failed > 0).length).toBeGreaterThan(0);
    expect(await cluster.portOfSlot(0, cluster.shards[1])).toBe(shard?.replica.port);
  });
});

describe('a URL of the other kind', () => {
  it('is named: one node of a cluster, and a server that is no cluster', async () => {
    const [shard] = cluster.shards;
    const single = await startRedis();
    for (const [url, message] of [
      [
        `redis://127.0.0.1:${shard?.replica.port}`,
        /mode: found cluster, expected .*redis\+cluster/,
      ],
      [`redis+cluster://127.0.0.1:${single.port}`, /mode: found one server, expected a cluster/],
    ] as const) {
      const other = await open(url);
      await expect(other.ping()).rejects.toMatchObject({
        name: 'LedgerUnavailable',
        reason: 'store_error',
        message: expect.stringMatching(message),
      });
      await other.close();
    }
    await single.dispose();
  });
});
