/** A store that goes back to what it was while it runs: its run id and replication id stay. */
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Genesis } from '../../../src/ledger/contract.js';
import { type RedisServer, startRedis } from '../../support/redis.js';
import { genesis, limit, opened, request, verdict } from '../fixtures.js';
import { startPatient, type TestGateway, untilNamed, untilStateLost } from './gateways.js';

/** Remembers what is stored; answers what goes back to that, in place. */
type Rollback = (admin: Redis) => Promise<() => Promise<unknown>>;

const copyTo = async (admin: Redis, database: number) => {
  for (const key of await admin.keys('*')) await admin.call('COPY', key, key, 'DB', database);
};

const ROLLBACKS: readonly (readonly [string, Rollback])[] = [
  [
    'DEBUG RELOAD of an older dump',
    async (admin) => {
      await admin.save();
      return () => admin.call('DEBUG', 'RELOAD', 'NOSAVE');
    },
  ],
  [
    'SWAPDB',
    async (admin) => {
      await copyTo(admin, 1);
      return () => admin.swapdb(0, 1);
    },
  ],
  [
    'FLUSHDB, and copied back',
    async (admin) => {
      const keys = await admin.keys('*');
      const dumps = await Promise.all(keys.map((key) => admin.dumpBuffer(key)));
      return async () => {
        await admin.flushdb();
        for (const [i, key] of keys.entries()) await admin.restore(key, 0, dumps[i] ?? '');
      };
    },
  ],
];

async function start(): Promise<{ server: RedisServer; admin: Redis }> {
  const server = await startRedis(['--enable-debug-command', 'yes']);
  onTestFinished(() => server.dispose());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  return { server, admin };
}

async function hold({ ledger }: TestGateway, root: Genesis, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect(verdict(await ledger.reserve(request(root)))).toBe('held');
}

/** Two gateways, a root that one of them alone has used, and one that both have. */
async function twoGateways(url: string) {
  const [knows, other] = [await startPatient(url), await startPatient(url)];
  const root = await opened(knows.ledger, { limits: [limit(10)] });
  const shared = await opened(other.ledger);
  await hold(other, shared, 1);
  return { knows, other, root, shared };
}

describe.each(ROLLBACKS)('%s', (_name, remember) => {
  it('whoever finds it closes the tenant for everybody, whatever each of them saw', async () => {
    const { server, admin } = await start();
    const { knows, other, root, shared } = await twoGateways(server.url);
    const goBack = await remember(admin);
    await hold(knows, root, 9);
    await goBack();
    await untilNamed(() => knows.ledger.reserve(request(shared)));
    await untilNamed(() => other.ledger.reserve(request(root)));
    await untilStateLost(() => other.ledger.openRoot(genesis()));
    await untilStateLost(() => other.ledger.ping());
  });

  it('without any call, each gateway says what it saw', async () => {
    const { server, admin } = await start();
    const { knows, other, root } = await twoGateways(server.url);
    const goBack = await remember(admin);
    await hold(knows, root, 9);
    await goBack();
    await untilStateLost(() => other.ledger.ping());
    await untilNamed(() => other.ledger.reserve(request(root)));
  });

  it('a store that went another way from there, and further, is found as well', async () => {
    const { server, admin } = await start();
    const { knows, other, root, shared } = await twoGateways(server.url);
    const goBack = await remember(admin);
    await hold(knows, root, 1);
    await goBack();
    // As a gateway that saw nothing of it would, within the second.
    const changes = 20;
    const stranger = await startPatient(server.url);
    await hold(stranger, shared, changes).catch(() => 'found before that');
    const error = await untilNamed(() => knows.ledger.reserve(request(root)));
    expect(error.message).toMatch(/that did not come from it|no gateway|registered/);
    await untilNamed(() => other.ledger.reserve(request(shared)));
  });
});

it('of an older copy of one root the tenant is closed, too', async () => {
  const { server, admin } = await start();
  const { knows, other, root } = await twoGateways(server.url);
  const [key = ''] = await admin.keys(`*root:${root.rootId}`);
  await admin.copy(key, 'older');
  await hold(knows, root, 9);
  await admin.rename('older', key);
  await untilNamed(() => knows.ledger.reserve(request(root)));
  await untilNamed(() => other.ledger.reserve(request(root)));
});

it('answers in whatever order, and calls of many gateways at once, are no loss', async () => {
  const { server } = await start();
  const gateways = await Promise.all([1, 2, 3].map(() => startPatient(server.url)));
  const roots = await Promise.all(gateways.map(({ ledger }) => opened(ledger)));
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      gateways.flatMap(({ ledger }) =>
        roots.map(async (root) => {
          const asked = request(root);
          expect(verdict(await ledger.reserve(asked))).toBe('held');
          expect(verdict(await ledger.settle({ ...asked, cost: {} }))).toBe('settled');
        }),
      ),
    );
  }
});
