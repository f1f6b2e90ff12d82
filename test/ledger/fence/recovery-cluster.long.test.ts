import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { slotOf } from '../../../src/ledger/redis/slots.js';
import { startCluster } from '../../support/redis-cluster.js';
import { CREDIT, counters, opened, request, rootOf, verdict } from '../fixtures.js';
import { startGateway, untilNamed, untilServed } from './gateways.js';
import { HOLDERS, recover, reserve } from './recovering.js';

it('a shard of a cluster that was wiped is given back, and the others serve meanwhile', async () => {
  const cluster = await startCluster();
  onTestFinished(() => cluster.dispose());
  const gateway = await startGateway(cluster.url);
  const root = await opened(gateway.ledger);
  // In another shard than `main`.
  const shardOf = (tenant: string) => Math.floor((slotOf(tenant) * 3) / 16_384);
  const tenant = ['a', 'b', 'c', 'd', 'e'].find((name) => shardOf(name) !== shardOf('main')) ?? '';
  const other = await opened(gateway.ledger, { tenant });
  for (const holders of HOLDERS) await reserve(gateway, root, holders, 2);
  for (const { primary } of cluster.shards) {
    const admin = new Redis(primary.url);
    const isItsShard = (await admin.keys('bursar:{main}:*')).length > 0;
    if (isItsShard) await admin.flushall();
    admin.disconnect();
  }
  await untilNamed(() => gateway.ledger.reserve(request(root)));
  expect(verdict(await gateway.ledger.reserve(request(other)))).toBe('held');

  await recover(cluster, [gateway]);
  expect(verdict(await untilServed(() => gateway.ledger.reserve(request(root))))).toBe('held');
  expect(await counters(gateway.ledger, rootOf(root))).toEqual({ spent: 8 * CREDIT, held: CREDIT });
});
