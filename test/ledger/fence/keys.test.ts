/** Every key that the store keeps, deleted: it is named and nothing is admitted, or it is harmless. */
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LEDGER_DEFAULTS } from '../../../src/ledger/contract.js';
import { FenceAdmin } from '../../../src/ledger/redis/fence-admin.js';
import { RedisRecovery } from '../../../src/ledger/redis/recovery.js';
import { startRedis } from '../../support/redis.js';
import { carved, FAR_MS, limit, opened, request, rootOf, verdict } from '../fixtures.js';
import { startPatient, untilNamed, untilServed, untilStateLost } from './gateways.js';

async function used() {
  const server = await startRedis();
  onTestFinished(() => server.dispose());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  const gateway = await startPatient(server.url);
  const other = await startPatient(server.url);
  const root = await opened(gateway.ledger, { limits: [limit(100)] });
  await other.ledger.reserve(request(root));
  await gateway.ledger.reserve(request(root));
  return { server, admin, gateway, other, root };
}

/** As `bursar recover` does of a tenant of which the records are whole. */
async function recovers(url: string): Promise<void> {
  const settings = { ...LEDGER_DEFAULTS, timeoutMs: 5_000, clock: Date.now };
  const store = new RedisRecovery(url, settings);
  await store.close('main', 1);
  await store.open('main', 2);
  await store.disconnect();
}

/** What is found by every gateway, with or without calls; and what it is called. */
const NAMED: readonly (readonly [key: string, named: string])[] = [
  ['bursar:{main}:head', 'found no head|found no registered gateway'],
  ['bursar:{main}:due', 'the list of what is due: found 0, expected 2'],
  ['bursar:{main}:roots', 'the list of roots: found 0, expected 1'],
  ['bursar:{main}:journal', 'the journal: found no entry, expected 1 to 3'],
];

it.each(NAMED)('%s deleted is named, and 503 for everybody', async (key, named) => {
  const { admin, gateway, other, root } = await used();
  expect(await admin.del(key)).toBe(1);
  await untilStateLost(() => other.ledger.ping());
  for (const { ledger } of [gateway, other]) {
    const error = await untilNamed(() => ledger.reserve(request(root)));
    expect(error.message).toMatch(new RegExp(named));
    await untilStateLost(() => ledger.ping());
  }
});

it.each(['due', 'roots', 'carves', 'names'])('%s is made anew out of the records', async (name) => {
  const { server, admin, gateway, root } = await used();
  const setAside = { limits: [carved(3)], carveEndsMs: FAR_MS };
  const [top] = request(root).path;
  if (top === undefined) throw new Error('expected a path');
  const child = { ...setAside, account: `${rootOf(root)}/child` };
  await gateway.ledger.reserve({
    ...request(root),
    path: [{ ...top, limits: [limit(100)] }, child],
  });
  await gateway.ledger.reserve({ ...request(root), owner: 'caller' });
  const topUp = { account: rootOf(root), unit: 'credits', micros: 1, actor: 'me' } as const;
  await gateway.ledger.topUp({ ...topUp, id: 'a'.repeat(32) });
  const keys = await admin.keys(`bursar:{main}:${name}*`);
  const before = await Promise.all(keys.map((key) => admin.zrange(key, 0, '-1', 'WITHSCORES')));
  expect(before.flat().length).toBeGreaterThan(0);
  await admin.del(...keys);
  if (name === 'due' || name === 'roots') await untilStateLost(() => gateway.ledger.ping());
  await recovers(server.url);
  const after = await Promise.all(keys.map((key) => admin.zrange(key, 0, '-1', 'WITHSCORES')));
  expect(after).toEqual(before);
  expect(verdict(await untilServed(() => gateway.ledger.reserve(request(root))))).toBe('held');
  // It stays open: each gateway looks again.
  await vi.waitFor(() => expect(gateway.own.marks.epochOf('main')).toBe(2));
  await gateway.ledger.ping();
});

it('a root that is deleted is not opened again, and is named to whoever lists it', async () => {
  const { admin, gateway, root } = await used();
  await admin.del(...(await admin.keys('*:root:*')));
  await untilNamed(() => gateway.ledger.openRoot(root));
  await untilNamed(() => gateway.ledger.roots(9));
});

it('the list of tenants is made anew out of their lists of roots', async () => {
  const { server, admin, gateway } = await used();
  expect(await gateway.ledger.tenants()).toEqual(['main']);
  await admin.del('bursar:tenants');
  const stranger = await startPatient(server.url);
  expect(await stranger.ledger.tenants()).toEqual(['main']);
  await admin.del('bursar:tenants');
  await admin.sadd('bursar:tenants', 'another');
  const fence = new FenceAdmin(server.url, { timeoutMs: 5_000 });
  onTestFinished(() => fence.close());
  expect((await fence.standings()).map(({ tenant }) => tenant)).toEqual(['another', 'main']);
});
