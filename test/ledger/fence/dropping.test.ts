import { expect, it, onTestFinished } from 'vitest';
import { FenceAdmin } from '../../../src/ledger/redis/fence-admin.js';
import { startRedis } from '../../support/redis.js';
import { opened, request, verdict } from '../fixtures.js';
import { startGateway, untilServed, untilStateLost } from './gateways.js';

it('a tenant waits for a gateway that is gone until an operator drops it', async () => {
  const server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  onTestFinished(() => server.dispose());
  const [gone, stays] = [await startGateway(server.url), await startGateway(server.url)];
  const root = await opened(gone.ledger);
  await stays.ledger.reserve(request(root));
  await gone.close();
  await server.kill();
  await server.start();
  await untilStateLost(() => stays.ledger.reserve(request(root)));

  const admin = new FenceAdmin(server.url, { timeoutMs: 1_000 });
  onTestFinished(() => admin.close());
  expect(await admin.standings()).toMatchObject([
    {
      tenant: 'main',
      epoch: 1,
      state: 'waiting',
      gateways: expect.arrayContaining([
        expect.objectContaining({ name: gone.name, hasPresented: false }),
        expect.objectContaining({ name: stays.name, hasPresented: true }),
      ]),
    },
  ]);
  expect(await admin.drop('nobody')).toEqual([]);
  expect(await admin.drop(gone.name)).toEqual(['main']);
  expect(verdict(await untilServed(() => stays.ledger.reserve(request(root))))).toBe('held');
  expect(await admin.standings()).toMatchObject([
    { state: 'open', gateways: [{ name: stays.name }] },
  ]);
  // It comes back, and what it knows is asked for again.
  const back = await startGateway(server.url, gone.stateDir);
  expect(verdict(await back.ledger.reserve(request(root)))).toBe('held');
  expect(await admin.standings()).toMatchObject([{ state: 'open', gateways: [{}, {}] }]);
});
