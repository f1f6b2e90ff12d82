/** A failover that loses the registration of a gateway, which then is not there to say so. */
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../../support/redis.js';
import { limit, opened, request, verdict } from '../fixtures.js';
import { pair } from './failover.js';
import { failure, startGateway, startPatient, untilServed, untilStateLost } from './gateways.js';

async function single() {
  const server = await startRedis();
  onTestFinished(() => server.dispose());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  return { url: server.url, admin };
}

it('a gateway changes nothing before the replica knows it', async () => {
  const { url, link, inSync, promote } = await pair();
  const first = await startGateway(url);
  const root = await opened(first.ledger, { limits: [limit(10)] });
  await inSync();
  link.blackhole();
  const late = await startPatient(url);
  const error = await failure(late.ledger.reserve(request(root)));
  expect(error).toMatchObject({ reason: 'not_replicated' });
  expect(error.message).toContain('found 0 of 1 replicas');
  await late.close();
  await promote();
  for (let i = 0; i < 10; i++) {
    expect(verdict(await untilServed(() => first.ledger.reserve(request(root))))).toBe('held');
  }
  expect(verdict(await first.ledger.reserve(request(root)))).toBe('budget_exhausted');
});

it('a registration that another gateway has seen, and the store has lost, closes the tenant', async () => {
  const { url, admin } = await single();
  const first = await startGateway(url);
  await opened(first.ledger);
  const late = await startGateway(url);
  await opened(late.ledger);
  // Each look tells how many have registered: within a second, without a call.
  await vi.waitFor(() => expect(first.own.marks.tenantMarkOf('main')?.registrations).toBe(2), {
    timeout: 10_000,
    interval: 20,
  });
  await late.close();
  const head = 'bursar:{main}:head';
  await admin.multi().hdel(head, `g:${late.name}`).hset(head, 'q', '1').exec();
  const error = await untilStateLost(() => first.ledger.ping());
  expect(error.message).toContain('registrations: found 1, expected 2 or more');
});

it('after a failover the only server registers gateways: it has no replica that could take over', async () => {
  const { url, inSync, promote } = await pair();
  const first = await startGateway(url);
  const root = await opened(first.ledger);
  await inSync();
  await promote();
  await untilServed(() => first.ledger.reserve(request(root)));
  const late = await startGateway(url);
  expect(verdict(await untilServed(() => late.ledger.reserve(request(root))))).toBe('held');
});
