import { expect, it, onTestFinished, vi } from 'vitest';
import { hasReplica, startPair } from '../support/redis-sentinel.js';
import { chatRequest, fleet, servedBy } from './fleet.js';
import { httpStub } from './http-upstream.js';

it('ledgerWait: without its replica a gateway dispatches nothing, and leaves no hold', async () => {
  const { primary, replica } = await startPair();
  onTestFinished(async () => {
    await Promise.all([primary.dispose(), replica.dispose()]);
  });
  const upstream = await httpStub((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{}');
  });
  onTestFinished(() => upstream.close());
  const gateways = fleet(
    primary.url,
    `ledgerWait: { replicas: 1, timeout: 250ms }
${servedBy(upstream.url)}`,
  );
  const macaroon = await gateways.mint('1000');
  const { url } = await gateways.start();
  const call = () => fetch(`${url}/v1/chat/completions`, chatRequest(macaroon));
  const credits = async () => {
    const headers = { authorization: `Bearer ${macaroon}` };
    const response = await fetch(`${url}/bursar/v1/balance`, { headers });
    const { path } = (await response.json()) as {
      path: { limits: { unit: string; spent: number; held: number }[] }[];
    };
    const limit = path[0]?.limits.find(({ unit }) => unit === 'credits');
    return { spent: limit?.spent, held: limit?.held };
  };
  expect((await call()).status).toBe(200);

  await replica.kill();
  for (let i = 0; i < 3; i++) {
    const response = await call();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'ledger_unavailable' } });
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect(upstream.seen).toHaveLength(1);

  await replica.start();
  await hasReplica(primary);
  await vi.waitFor(async () => expect((await call()).status).toBe(200), {
    timeout: 5_000,
    interval: 50,
  });
  // What nobody knew of was released by its id; two calls were made.
  await vi.waitFor(async () => expect(await credits()).toEqual({ spent: 2, held: 0 }), {
    timeout: 10_000,
    interval: 50,
  });
  expect(upstream.seen).toHaveLength(2);
});
