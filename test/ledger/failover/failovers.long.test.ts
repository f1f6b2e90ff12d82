import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEDGER_DEFAULTS, type Ledger } from '../../../src/ledger/contract.js';
import { openRedisLedger } from '../../../src/ledger/redis/engine.js';
import { slotOf } from '../../../src/ledger/redis/slots.js';
import { chatRequest, fleet } from '../../gateway/fleet.js';
import { type RedisCluster, startCluster } from '../../support/redis-cluster.js';
import { type Sentinels, startSentinels } from '../../support/redis-sentinel.js';
import { answered, expectLaws, startAgents } from './agents.js';

/** Of the tenant that a mint is for unless it says another. */
const MAIN_SLOT = slotOf('main');

const open = (url: string) => openRedisLedger(url, { ...LEDGER_DEFAULTS, clock: Date.now });
const tenantsOf = (round: number, count: number) =>
  Array.from({ length: count }, (_, i) => `r${round}-t${i}`);

describe('a cluster whose primaries are killed in turn', () => {
  let cluster: RedisCluster;
  let ledger: Ledger;
  beforeAll(async () => {
    cluster = await startCluster();
    ledger = await open(cluster.url);
  });
  afterAll(async () => {
    await ledger?.close();
    await cluster?.dispose();
  });

  it('serves again after each, with the laws intact, on the servers that come back too', async () => {
    for (let round = 0; round < 6; round++) {
      const { primary, replica } = cluster.shards[round % 3] ?? cluster.shards[0] ?? fail();
      const victim = round < 3 ? primary : replica;
      const { agents, stop } = await startAgents(ledger, tenantsOf(round, 24));
      await answered(agents, 5);
      await victim.kill();
      await answered(agents, 5);
      await stop();
      await expectLaws(ledger, agents);
      await victim.start();
      await cluster.settled();
      await expectLaws(ledger, agents);
    }
  });
});

describe('sentinels that fail over to and fro', () => {
  let set: Sentinels;
  let ledger: Ledger;
  beforeAll(async () => {
    set = await startSentinels({ downAfterMs: 5_000 });
    ledger = await open(set.url);
  });
  afterAll(async () => {
    await ledger?.close();
    await set?.dispose();
  });

  it('20 times: service comes back unaided, the laws hold', async () => {
    for (let round = 0; round < 20; round++) {
      const { agents, stop } = await startAgents(ledger, tenantsOf(round, 8));
      await answered(agents, 5);
      const primary = await set.settled();
      await primary.kill();
      await answered(agents, 5);
      await stop();
      await expectLaws(ledger, agents);
      await set.comesBack(primary);
      await expectLaws(ledger, agents);
    }
  });
});

describe('two gateways on one cluster', () => {
  it('serve on after a failover that lost nothing, by themselves', async () => {
    const cluster = await startCluster();
    try {
      const gateways = fleet(cluster.url);
      const macaroon = await gateways.mint('1000');
      const urls = [(await gateways.start()).url, (await gateways.start()).url];
      const call = async (url: string) =>
        (await fetch(`${url}/v1/chat/completions`, chatRequest(macaroon))).status;
      for (const url of urls) expect(await call(url)).toBe(200);
      const port = await cluster.portOfSlot(MAIN_SLOT, cluster.shards[0]);
      const shard = cluster.shards.find(({ primary }) => primary.port === port);
      await shard?.primary.kill();
      for (const url of urls) {
        await vi.waitFor(async () => expect(await call(url)).toBe(200), {
          timeout: 30_000,
          interval: 100,
        });
        const ready = async () => (await fetch(`${url}/readyz`)).status;
        await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 5_000 });
      }
      const headers = { authorization: `Bearer ${macaroon}` };
      const balance = await fetch(`${urls[0]}/bursar/v1/balance`, { headers });
      const { path } = (await balance.json()) as { path: { limits: { spent: number }[] }[] };
      expect(path[0]?.limits[0]?.spent).toBeGreaterThanOrEqual(4);
    } finally {
      await cluster.dispose();
    }
  });
});

function fail(): never {
  throw new Error('three shards');
}
